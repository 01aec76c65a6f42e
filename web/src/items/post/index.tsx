// Something said in reply.
import { IconMessage } from "@tabler/icons-react";
import { Files } from "../../ui/Files";
import { Markdown } from "../../ui/Markdown";
import type { KindView } from "../kinds";

const post: KindView = {
  kind: "post",
  name: "kind.post",
  icon: IconMessage,
  Body: ({ space, item }) => (
    <>
      <Markdown text={item.text ?? ""} />
      <Files space={space} blobs={item.blobs} />
    </>
  ),
};

export default post;
