// A file that stands for itself.
import { IconFile } from "@tabler/icons-react";
import type { KindView } from "../kinds";

const file: KindView = { kind: "file", name: "kind.file", icon: IconFile };

export default file;
