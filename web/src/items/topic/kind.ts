// A thread's beginning.
import { IconMessages } from "@tabler/icons-react";
import type { KindView } from "../kinds";

const topic: KindView = { kind: "topic", name: "kind.topic", icon: IconMessages };

export default topic;
