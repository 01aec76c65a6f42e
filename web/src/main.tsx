// Starts the app in the browser.
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "@fontsource-variable/source-serif-4/wght-italic.css";
import "./ui/mantine";
import "./ui/theme.css";
import { createRoot } from "react-dom/client";
import { App } from "./places/App";
import { awaitOffer } from "./ui/device";
import { bestLanguage, speak } from "./ui/i18n";
import { startWorker } from "./ui/worker";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

void speak(bestLanguage(navigator.languages)).then(() => createRoot(root).render(<App />));
startWorker();
awaitOffer();
