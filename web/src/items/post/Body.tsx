// What was said.
import { Files } from "../../ui/Files";
import { Markdown } from "../../ui/Markdown";
import type { Body } from "../bodies";

const Post: Body = ({ space, item }) => (
  <>
    <Markdown text={item.text ?? ""} />
    <Files space={space} item={item} />
  </>
);

export default Post;
