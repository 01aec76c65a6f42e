// Something said in reply.
import { IconMessage } from "@tabler/icons-react";
import type { KindView } from "../kinds";

const post: KindView = { kind: "post", name: "kind.post", icon: IconMessage };

export default post;
