// A file that stands for itself: what it is comes before what is said about it.
import { IconFile } from "@tabler/icons-react";
import { Files } from "../../ui/Files";
import { Markdown } from "../../ui/Markdown";
import type { KindView } from "../kinds";

const file: KindView = {
  kind: "file",
  name: "kind.file",
  icon: IconFile,
  Body: ({ space, item }) => (
    <>
      <Files space={space} blobs={item.blobs} />
      {item.text && <Markdown text={item.text} />}
    </>
  ),
};

export default file;
