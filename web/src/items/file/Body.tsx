// A file comes before what is said about it.
import { Files } from "../../ui/Files";
import { Markdown } from "../../ui/Markdown";
import type { Body } from "../bodies";

const File: Body = ({ space, item }) => (
  <>
    <Files space={space} item={item} />
    {item.text && <Markdown text={item.text} />}
  </>
);

export default File;
