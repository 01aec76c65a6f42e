// What the figures of the web app share: how one is told, and what the browser says of its main thread.
import { appendFileSync } from "node:fs";
import type { CDPSession } from "playwright-core";

const OUT = process.env.MEANWHILE_BENCH_OUT;

/** Less of everything, to see whether it works. */
export const QUICK = Boolean(process.env.MEANWHILE_BENCH_QUICK);
export const ROUNDS = QUICK ? 3 : 9;

/** One line of the table of `make bench`. */
export function tell(what: string, figure: number, unit: string, atMost: number | null, beside: string): void {
  const line = JSON.stringify({ what, figure, unit, atMost, beside });
  if (OUT) appendFileSync(OUT, `${line}\n`);
  console.log(line);
}

/** The figure at a part of the way from the smallest to the largest. */
export function quantile(figures: number[], part: number): number {
  return figures.toSorted((a, b) => a - b)[Math.min(figures.length - 1, Math.floor(figures.length * part))] as number;
}

export const median = (figures: number[]): number => quantile(figures, 0.5);

/** Milliseconds that the main thread was busy; `Performance.enable` comes first. */
export async function busy(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return (metrics.find((metric) => metric.name === "TaskDuration")?.value ?? Number.NaN) * 1000;
}
