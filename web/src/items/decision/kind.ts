// Something that several people decide.
import { IconScale } from "@tabler/icons-react";
import type { KindView } from "../kinds";

const decision: KindView = { kind: "decision", name: "kind.decision", icon: IconScale, asksItself: true };

export default decision;
