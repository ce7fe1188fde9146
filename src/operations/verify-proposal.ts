import { resolveConfiguration } from "../config/resolve-configuration.ts";
import { supportsKey, supportsSeveralPlatforms } from "../config/supports.ts";
import { condense } from "../discovery/condense.ts";
import { readDockerfile } from "../dockerfile/read-dockerfile.ts";
import { ConfigurationError, formatProblem } from "../errors.ts";
import type { Discovery, Proposal, ProposedImage } from "../model/discovery.ts";
import type { Checkout } from "../ports.ts";
import { survey, type Survey } from "./survey.ts";

/** A proposal of which it is known that `graph` and `plan` can read it. */
export interface Verified {
  readonly proposal: Proposal;
  /** There is none where no image is left. */
  readonly survey: Survey | undefined;
  readonly findings: readonly Discovery[];
}

/** Where the configuration is to be. Paths are from the root of the checkout. */
export interface Destination {
  readonly file: string;
  readonly lockfile: string;
  readonly directory: string;
}

/** Puts dependencies before dependents, leaves out of the proposal what could not be declared so that it is right, and says what the configuration cannot say. */
export async function verifyProposal(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  proposal: Proposal,
  to: Destination,
): Promise<Verified> {
  const expressed = proposal.images.map(express);
  const findings: Discovery[] = [];
  let images: readonly ProposedImage[] = expressed.map(({ image }) => image);
  for (const { image, missing } of expressed) {
    const problems = missing.length > 0 ? missing : await problemsOf(checkout, image);
    if (problems.length === 0) continue;
    findings.push(leftOut(image, problems));
    images = images.filter((each) => each !== image);
  }
  const left = new Set(images.map(({ name }) => name));
  for (const image of images.filter((each) => linksOf(each).some((name) => !left.has(name)))) {
    findings.push(leftOut(image, ["it is built on an image that was left out"]));
    images = images.filter((each) => each !== image);
  }
  const { survey: surveyed, ...whole } = await surveyWhole(checkout, { ...proposal, images }, to);
  images = whole.images;
  const expressions = expressed.flatMap(({ image, lost }) =>
    lost.length > 0 && images.includes(image)
      ? [{ kind: "not-expressed", image: image.name, what: lost } as const]
      : [],
  );
  const order = surveyed?.graph.order ?? [];
  return {
    proposal: {
      ...proposal,
      images: images.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    },
    survey: surveyed,
    findings: [...findings, ...whole.findings, ...expressions],
  };
}

/** What is wrong only if images are seen together, such as that they are built on each other, costs those that it is said of. */
async function surveyWhole(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  proposal: Proposal,
  to: Destination,
) {
  const findings: Discovery[] = [];
  let { images } = proposal;
  while (images.length > 0) {
    try {
      return { survey: await surveyOf(checkout, { ...proposal, images }, to), images, findings };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const names = error.problems.map(({ where }) => blamedOf(images, where));
      const blamed = images.filter(({ name }) => names.includes(name));
      if (blamed.length === 0) throw error;
      findings.push(
        ...blamed.map((image) =>
          leftOut(
            image,
            error.problems.map(({ what }) => what),
          ),
        ),
      );
      images = images.filter((image) => !blamed.includes(image));
    }
  }
  return { survey: undefined, images, findings };
}

/** Names can have dots: of several the longest is meant. */
function blamedOf(images: readonly ProposedImage[], where: string): string | undefined {
  const names = images.map(({ name }) => name).filter((name) => `${where}.`.startsWith(`images.${name}.`));
  return names.toSorted((a, b) => b.length - a.length)[0];
}

function leftOut(image: ProposedImage, problems: readonly string[]): Discovery {
  return {
    kind: "left-out",
    file: image.dockerfile,
    reason: { why: "problem", image: image.name, problems },
  };
}

/** What this version's configuration can say of an image, what it cannot, and what of that makes it another image. */
function express(image: ProposedImage) {
  const hasContexts = Object.keys(image.contexts).length > 0 && !supportsKey("contexts");
  const isWide = image.platforms.length > 1 && !supportsSeveralPlatforms();
  return {
    image: {
      ...image,
      ...(hasContexts ? { contexts: {} } : {}),
      ...(isWide ? { platforms: [] } : {}),
    },
    lost: [...image.unsupported, ...(isWide ? [`the platforms ${image.platforms.join(", ")}`] : [])],
    missing: hasContexts
      ? [
          `it needs the named contexts ${Object.keys(image.contexts).join(", ")}, which this version cannot give it`,
        ]
      : [],
  };
}

function linksOf({ args, contexts }: ProposedImage): readonly string[] {
  return [...Object.values(args), ...Object.values(contexts)].flatMap((value) =>
    value.startsWith("image:") ? [value.slice("image:".length)] : [],
  );
}

/** What is wrong with the image's Dockerfile by itself. */
async function problemsOf(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  { dockerfile, target, args, platforms, contexts }: ProposedImage,
): Promise<readonly string[]> {
  const { problems } = readDockerfile({
    file: dockerfile,
    bytes: (await checkout.read(dockerfile)) ?? new Uint8Array(),
    ...(target === undefined ? {} : { target }),
    // Any name does for an image: it only must be one.
    args: Object.fromEntries(Object.entries(args).map(([key, value]) => [key, value.replace(/^image:/, "")])),
    platform: platforms[0] ?? "linux/amd64",
    contexts: Object.keys(contexts),
  });
  return problems.map(({ where, what }) => formatProblem({ where, what }));
}

async function surveyOf(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  proposal: Proposal,
  to: Destination,
): Promise<Survey> {
  const place = { directory: to.directory, file: to.file, registry: undefined };
  const resolved = resolveConfiguration(condense(proposal, to.directory), place);
  const render = () => Promise.reject(new Error("a proposal has no Dockerfile that a program writes"));
  return survey(checkout, { ...resolved, file: to.file, lockfile: to.lockfile, render });
}
