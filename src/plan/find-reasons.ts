import type { Digest } from "../model/digest.ts";
import type { Inputs, RecordedInputs } from "../model/inputs.ts";
import type { Change, Reason } from "../model/plan.ts";
import { changedPaths } from "./fold-context.ts";
import { recordArguments, shortDigest } from "./record-inputs.ts";

/** Which inputs are not those that an image was built from. Pure; empty if all are the same as far as was recorded. */
export function findReasons(
  recorded: RecordedInputs,
  inputs: Inputs,
  dependencies: ReadonlyMap<string, Digest>,
): readonly Reason[] {
  const paths = changedPaths(recorded.context, inputs.context);
  const args = changesBetween(recorded.args, recordArguments(inputs.args));
  const options = changesBetween(recorded.options, inputs.options);
  const digests = [...dependencies].map(([name, digest]) => [name, shortDigest(digest)] as const);
  const images = changesBetween(recorded.dependencies, Object.fromEntries(digests)).map(({ name }) => name);
  return [
    ...(inputs.dockerfile.startsWith(recorded.dockerfile) ? [] : [{ why: "dockerfile-changed" } as const]),
    ...(paths.length > 0 ? [{ why: "context-changed", paths } as const] : []),
    ...(args.length > 0 ? [{ why: "args-changed", args } as const] : []),
    ...(options.length > 0 ? [{ why: "options-changed", options } as const] : []),
    ...(images.length > 0 ? [{ why: "dependency-changed", dependencies: images } as const] : []),
  ];
}

function changesBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    if (from === to) return [];
    return [{ name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}
