// How the tests run: in node, against the real server program (tests/support/server.ts).
import { defineConfig } from "vitest/config";

const common = { environment: "node", testTimeout: 60_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: "sync", include: ["tests/sync/**/*.test.ts"] } },
      { test: { ...common, name: "browser", include: ["tests/browser/**/*.test.ts"] } },
    ],
  },
});
