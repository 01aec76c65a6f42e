// The first letter of a thread; its title stands above the page.
import { Files } from "../../ui/Files";
import { Markdown } from "../../ui/Markdown";
import type { Body } from "../bodies";

const Topic: Body = ({ space, item }) => (
  <>
    <Markdown text={item.text ?? ""} />
    <Files space={space} item={item} />
  </>
);

export default Topic;
