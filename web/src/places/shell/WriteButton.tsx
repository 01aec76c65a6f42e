// Where there is nothing yet, one begins.
import { Button } from "@mantine/core";
import { IconPencilPlus } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useT } from "../../ui/i18n";

/** Leads to a page on which one writes. */
export function WriteButton({ to }: { to: string }): ReactElement {
  const t = useT();
  return (
    <Button component={Link} href={to} leftSection={<IconPencilPlus size={18} stroke={1.8} />}>
      {t("shell.write")}
    </Button>
  );
}
