import type { ProposedImage, Proposal } from "../model/request.ts";
import type { ImageResult, RunResult } from "../model/run.ts";
import type { Registry } from "../ports.ts";
import type { Made } from "./build-images.ts";
import { imageIn } from "./survey.ts";

/** What a commit proposes, with what reviewers want to know of it. */
export async function describeProposal(
  registry: Pick<Registry, "size">,
  made: Made,
  written: RunResult,
  { commit, tree }: { readonly commit: string; readonly tree: string },
): Promise<Proposal> {
  const { graph } = made.run.survey;
  const names = graph.order.filter((name) => isDone(written.images[name]));
  const images = await Promise.all(
    names.map((name) => describeImage(registry, made, name, written.images[name])),
  );
  return {
    ...{ commit, tree, images: images.flat(), references: written.references },
    dependencies: new Map(names.map((name) => [name, graph.dependenciesOf(name)])),
    seconds: made.seconds,
  };
}

function isDone(result: ImageResult | undefined): boolean {
  return result?.outcome === "built" || result?.outcome === "reused";
}

async function describeImage(
  registry: Pick<Registry, "size">,
  { run, plan }: Made,
  name: string,
  result: ImageResult | undefined,
): Promise<readonly ProposedImage[]> {
  if (result?.digest === undefined || (result.outcome !== "built" && result.outcome !== "reused")) return [];
  const { repository } = imageIn(run.survey, name).image;
  const { digest: to, previous: from, outcome } = result;
  // A size is for people to look at; what a registry does not say is left out.
  const sizeOf = (digest: typeof to | undefined) =>
    digest === undefined ? undefined : registry.size(repository, digest, run.signal).catch(() => undefined);
  const [before, after] = await Promise.all([sizeOf(from), sizeOf(to)]);
  const reasons = plan.decisions.find(({ image }) => image === name)?.reasons ?? [];
  return [
    {
      ...{ name, outcome, to, reasons },
      ...(from === undefined ? {} : { from }),
      size: {
        ...(before === undefined ? {} : { from: before }),
        ...(after === undefined ? {} : { to: after }),
      },
    },
  ];
}
