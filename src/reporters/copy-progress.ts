import type { CopyEvent, CopyProgress } from "../model/copy.ts";
import { countOf, formatBytes } from "./amounts.ts";
import { createColours } from "./colours.ts";
import { formatCopied } from "./copies.ts";
import type { ReporterKind } from "./create-reporter.ts";
import type { Output } from "./reporter.ts";

/** Is told what happens while images are copied, and prints it. */
export type CopyReporter = ((event: CopyEvent) => void) & { close(): void };

/** On a terminal a line is redrawn as often; elsewhere lines are printed, so that nobody takes it for dead. In seconds. */
const BETWEEN_FRAMES = 0.1;
const BETWEEN_LINES = 15;

/** The reporter of a kind, for so many images. What draws on terminals is loaded only for them. */
export async function createCopyReporter(
  kind: ReporterKind,
  images: number,
  { stream, colour, every }: Output,
): Promise<CopyReporter> {
  if (kind === "quiet") return Object.assign(() => undefined, { close: () => undefined });
  const { dim } = createColours(colour);
  const progress = new Map<string, CopyProgress>();
  const copied = new Set<string>();
  const list = kind === "tty" ? (await import("log-update")).createLogUpdate(stream) : undefined;
  const print = (line: string) => stream.write(`${line}\n`);
  const stop = every(list === undefined ? BETWEEN_LINES : BETWEEN_FRAMES, () => {
    if (progress.size === 0) return;
    (list ?? print)(dim(formatProgress(images, copied.size, [...progress.values()])));
  });
  const report = (event: CopyEvent) => {
    progress.set(event.image, event.progress);
    if (event.kind === "copying") return;
    copied.add(event.image);
    list?.clear();
    print(`${event.image} copied: ${formatCopied(event.progress)}`);
  };
  const close = () => {
    stop();
    list?.clear();
    list?.done();
  };
  return Object.assign(report, { close });
}

function formatProgress(images: number, copied: number, progress: readonly CopyProgress[]): string {
  const sum = (of: (each: CopyProgress) => number) => progress.reduce((all, each) => all + of(each), 0);
  const bytes = sum(({ sent, mounted, there }) => sent + mounted + there);
  return `${copied} of ${countOf(images, "image")} copied, ${formatBytes(bytes)} of ${formatBytes(sum(({ total }) => total))}`;
}
