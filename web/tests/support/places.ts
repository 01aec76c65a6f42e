// Every place of the app, how one comes there, and what is open in it: the rows of the full set of pictures.
import type { Visit } from "./gallery";
import type { World } from "./worlds";

/** A place, or what opens in one. */
export interface Place {
  name: string;
  path(world: World): string;
  /** Only admins have it. */
  admin?: true;
  /** Opens what is drawn; only where the place itself is there. */
  opens?(visit: Visit): Promise<unknown>;
}

const dialog = (visit: Visit) => visit.page.getByRole("dialog").first().waitFor();

/** All of them. */
export const PLACES: readonly Place[] = [
  { name: "today", path: () => "/" },
  { name: "inbox", path: () => "/inbox" },
  { name: "inbox-i-wait-for", path: () => "/inbox/i-wait-for" },
  { name: "inbox-to-read", path: () => "/inbox/to-read" },
  { name: "drafts", path: () => "/drafts" },
  { name: "search", path: ({ word }) => `/search?q=${word}` },
  { name: "hours", path: () => "/hours" },
  { name: "spaces", path: () => "/spaces" },
  { name: "me", path: () => "/me" },
  { name: "space", path: ({ space }) => `/s/${space}` },
  { name: "thread", path: ({ thread }) => thread },
  { name: "person", path: ({ person }) => `/p/${person}` },
  { name: "conversation", path: () => "/to" },
  { name: "settings-you", path: () => "/settings" },
  { name: "settings-devices", path: () => "/settings/sessions" },
  { name: "settings-notifications", path: () => "/settings/notifications" },
  { name: "settings-spaces", path: () => "/settings/spaces" },
  { name: "settings-space", path: ({ space }) => `/settings/spaces/${space}` },
  { name: "admin-people", admin: true, path: () => "/settings/people" },
  { name: "admin-invite", admin: true, path: () => "/settings/people/invite" },
  { name: "admin-import", admin: true, path: () => "/settings/import" },
  { name: "admin-health", admin: true, path: () => "/settings/health" },
  { name: "composer-thread", path: ({ space }) => `/s/${space}/write` },
  { name: "composer-decision", path: ({ space }) => `/s/${space}/decide` },
  { name: "decisions", path: ({ space }) => `/s/${space}/decisions` },
  { name: "composer-check-in", path: ({ space }) => `/s/${space}/ask` },
  { name: "again", path: ({ space }) => `/s/${space}/again` },
  {
    name: "composer-reply",
    path: ({ thread }) => thread,
    opens: async ({ page }) => {
      const area = page.locator("#answer [data-write]");
      await area.waitFor();
      await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    },
  },
  {
    name: "dialog-palette",
    path: () => "/",
    opens: (visit) => visit.page.keyboard.press("Control+k").then(() => dialog(visit)),
  },
  { name: "dialog-keys", path: () => "/", opens: (visit) => visit.page.keyboard.press("?").then(() => dialog(visit)) },
  {
    name: "dialog-time-off",
    path: () => "/hours",
    opens: (visit) =>
      visit
        .button("hours.off.plan")
        .first()
        .click()
        .then(() => dialog(visit)),
  },
  {
    name: "dialog-move",
    path: ({ thread }) => thread,
    opens: async (visit) => {
      await visit.button("thread.more").click();
      await visit.page.getByRole("menuitem").first().click();
      await dialog(visit);
    },
  },
];
