// A thread's beginning: its title stands above the page, its words as the first letter of the thread.
import { IconMessages } from "@tabler/icons-react";
import { Files } from "../../ui/Files";
import { Markdown } from "../../ui/Markdown";
import type { KindView } from "../kinds";

const topic: KindView = {
  kind: "topic",
  name: "kind.topic",
  icon: IconMessages,
  Body: ({ space, item }) => (
    <>
      <Markdown text={item.text ?? ""} />
      <Files space={space} blobs={item.blobs} />
    </>
  ),
};

export default topic;
