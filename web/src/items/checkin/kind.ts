// A question that several people answer, each in hours of his own.
import { IconMessages } from "@tabler/icons-react";
import type { KindView } from "../kinds";

const checkin: KindView = {
  kind: "checkin",
  name: "kind.checkin",
  icon: IconMessages,
  asksItself: true,
  takesPosts: true,
};

export default checkin;
