// A page with React and nothing else: the start that nobody who uses it can be faster than.
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const root = document.getElementById("root");
if (root) createRoot(root).render(createElement("h1", null, "Blank"));
