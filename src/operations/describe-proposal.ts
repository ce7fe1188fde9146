import type { ProposedImage, Proposal } from "../model/request.ts";
import type { ImageSize } from "../model/image-size.ts";
import type { ImageResult, RunResult } from "../model/run.ts";
import type { Made } from "./build-images.ts";

/** What a commit proposes, with what reviewers want to know of it. */
export function describeProposal(
  made: Made,
  written: RunResult,
  { commit, tree }: { readonly commit: string; readonly tree: string },
): Proposal {
  const { graph } = made.run.survey;
  const images = graph.order.flatMap((name) => describeImage(made, name, written.images[name]));
  return {
    ...{ commit, tree, images, references: written.references },
    dependencies: new Map(images.map(({ name }) => [name, graph.dependenciesOf(name)])),
    seconds: made.seconds,
  };
}

function describeImage(
  { plan }: Made,
  name: string,
  result: ImageResult | undefined,
): readonly ProposedImage[] {
  if (result?.digest === undefined || (result.outcome !== "built" && result.outcome !== "reused")) return [];
  const { digest: to, previous: from, outcome, sizes } = result;
  const reasons = plan.decisions.find(({ image }) => image === name)?.reasons ?? [];
  return [
    {
      ...{ name, outcome, to, reasons },
      ...(from === undefined ? {} : { from }),
      ...(sizes === undefined ? {} : { size: together(Object.values(sizes)) }),
    },
  ];
}

/** The sizes of all platforms; there is no earlier one where one of them is new. */
function together(sizes: readonly ImageSize[]): ImageSize {
  const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
  const previous = sizes.flatMap((size) => size.previous ?? []);
  return {
    bytes: sum(sizes.map(({ bytes }) => bytes)),
    ...(previous.length < sizes.length ? {} : { previous: sum(previous) }),
  };
}
