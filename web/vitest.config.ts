// How the tests run: in node, against the real server program (tests/support/server.ts).
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const common = {
  environment: "node",
  testTimeout: 60_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 20_000 } },
} as const;

export default defineConfig({
  test: {
    // What fails is told at length; what takes its time is not.
    slowTestThreshold: 60_000,
    projects: [
      {
        plugins: [react()],
        test: {
          ...common,
          name: "ui",
          include: ["tests/ui/**/*.test.{ts,tsx}"],
          css: { modules: { classNameStrategy: "non-scoped" } },
        },
      },
      { test: { ...common, name: "sync", include: ["tests/sync/**/*.test.ts"] } },
      // Two at a time: each waits for a server, a browser and hours to pass more than it works. How quick a machine is, is
      // no matter: what would come late has come.
      {
        test: {
          ...common,
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          maxWorkers: 2,
          testTimeout: 180_000,
          expect: { poll: { timeout: 45_000 } },
        },
      },
      { test: { ...common, name: "pictures", include: ["tests/pictures/**/*.test.ts"] } },
      { test: { ...common, name: "bench", include: ["tests/bench/**/*.test.ts"], testTimeout: 300_000 } },
    ],
  },
});
