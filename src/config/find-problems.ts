import { formatGuess, type Finding } from "./finding.ts";
import { formatKeyPath } from "./key-path.ts";
import { findFileProblem, findPathProblem } from "./paths.ts";
import type { Place } from "./place.ts";
import type { WrittenConfiguration } from "./read-configuration.ts";
import { findSecretIdProblem } from "./build-values.ts";
import { contextImage, findContextPathProblem } from "./contexts.ts";
import { argumentImage } from "./resolve-arguments.ts";
import { DEFAULT_PLATFORMS } from "./resolve-image.ts";
import { findRegistryProblem, type IMAGE_VALUES, type TOP_VALUES, type Values } from "./values.ts";
import type { Problem } from "../errors.ts";
import { parseGitSource } from "../model/git-source.ts";
import { nearest } from "../model/nearest.ts";
import { isImageName, parseReference } from "../model/reference.ts";

type Keys = readonly PropertyKey[];

/** What is wrong with values that can be read, each seen together with the place and the other images' names. */
export function findProblems(written: WrittenConfiguration, place: Place): readonly Problem[] {
  const names = [...written.images.keys()];
  return [
    ...findRegistryProblems(written, place),
    ...findPathProblems(written.top.values, [], place),
    ...findPromotionProblems(written.top.values.promotions ?? {}, names),
    ...[...written.images].flatMap(([name, { values }]) => [
      ...problemsAt(["images", name], findImageNameProblem(name)),
      ...findPathProblems(values, ["images", name], place),
      ...findArgumentProblems(values.args ?? {}, ["images", name, "args"], name, names),
      ...findPlatformArgumentProblems(values, written, name, names),
      ...findContextProblems(values.contexts ?? {}, name, names, place),
      ...Object.keys(values.secrets ?? {}).flatMap((id) =>
        problemsAt(["images", name, "secrets", id], findSecretIdProblem(id)),
      ),
      ...findDependencyProblems(values.dependencies ?? [], name, names),
    ]),
  ];
}

function findRegistryProblems({ top, images }: WrittenConfiguration, place: Place): readonly Problem[] {
  if (place.registry !== undefined) return problemsAt(["--registry"], findRegistryProblem(place.registry));
  if (top.values.registry !== undefined || top.broken.has("registry")) return [];
  const needy = [...images].find(
    ([, { values, broken }]) => !("repository" in values) && !broken.has("repository"),
  );
  if (needy === undefined) return [];
  const what = `is missing, and ${formatKeyPath(["images", needy[0]])} has no \`repository\``;
  const remedy = 'Say where images are pushed to: registry: "us-docker.pkg.dev/acme/images"';
  return [{ where: "registry", what, remedy }];
}

/** Names of images that there are not, and two images that would get the same name. */
function findPromotionProblems(
  promotions: NonNullable<Values<typeof TOP_VALUES>["promotions"]>,
  images: readonly string[],
): readonly Problem[] {
  return Object.entries(promotions).flatMap(([promotion, { names = {} }]) => {
    const nameOf = (image: string) => (Object.hasOwn(names, image) ? names[image] : image);
    return Object.entries(names).flatMap(([image, name]) => {
      const at = ["promotions", promotion, "names", image];
      const unknown = findImageProblem(image, undefined, images);
      if (unknown !== undefined) return problemsAt(at, unknown);
      const other = images.find((each) => each !== image && nameOf(each) === name);
      const what = `is the name that ${other ?? ""} has there, too`;
      return other === undefined ? [] : problemsAt(at, { what, remedy: "Give one of them another name." });
    });
  });
}

function findImageNameProblem(name: string): Finding | undefined {
  if (name === "all")
    return { what: "`all` is no name for an image: it stands for every image", remedy: "Rename it." };
  if (isImageName(name) && !name.includes("/") && name.length <= 128) return undefined;
  const remedy = "A name is at most 128 lower-case letters and digits, with `.`, `_` or `-` between them.";
  return { what: `${JSON.stringify(name)} is no name for an image`, remedy };
}

function findPathProblems(
  values: Pick<Values<typeof IMAGE_VALUES>, "dockerfile" | "context">,
  at: Keys,
  { directory }: Place,
): readonly Problem[] {
  const { dockerfile, context } = values;
  return [
    ...(dockerfile === undefined || typeof dockerfile === "object"
      ? []
      : problemsAt([...at, "dockerfile"], findFileProblem(directory, dockerfile))),
    ...(context === undefined || parseGitSource(context) !== undefined
      ? []
      : problemsAt([...at, "context"], findPathProblem(directory, context))),
  ];
}

function findArgumentProblems(
  args: Readonly<Record<string, string>>,
  above: Keys,
  self: string,
  names: readonly string[],
): readonly Problem[] {
  return Object.entries(args).flatMap(([key, value]) => {
    const at = [...above, key];
    const image = argumentImage(value);
    return [
      ...problemsAt(at, findArgumentNameProblem(key)),
      ...(image === undefined ? [] : problemsAt(at, findImageProblem(image, self, names))),
    ];
  });
}

/** Arguments of a platform that is not built for would be passed to nothing. */
function findPlatformArgumentProblems(
  { platformArgs = {}, platforms }: Values<typeof IMAGE_VALUES>,
  { top }: WrittenConfiguration,
  self: string,
  names: readonly string[],
): readonly Problem[] {
  const built = platforms ?? top.values.platforms ?? DEFAULT_PLATFORMS;
  return Object.entries(platformArgs).flatMap(([platform, args]) => {
    const at = ["images", self, "platformArgs", platform];
    const what = `the image is not built for ${platform}`;
    const finding = { what, remedy: `Its platforms are ${built.join(", ")}.` };
    return [
      ...(built.includes(platform) ? [] : problemsAt(at, finding)),
      ...findArgumentProblems(args, at, self, names),
    ];
  });
}

function findContextProblems(
  contexts: NonNullable<Values<typeof IMAGE_VALUES>["contexts"]>,
  self: string,
  names: readonly string[],
  { directory }: Place,
): readonly Problem[] {
  return Object.entries(contexts).flatMap(([key, value]) => {
    const at = ["images", self, "contexts", key];
    const image = contextImage(value);
    return [
      ...problemsAt(at, findContextNameProblem(key)),
      ...(image === undefined ? [] : problemsAt(at, findImageProblem(image, self, names))),
      ...problemsAt(at, findContextPathProblem(value, directory)),
    ];
  });
}

function findContextNameProblem(key: string): Finding | undefined {
  if (parseReference(key.toLowerCase()) !== undefined && !/^(?:scratch|context)$/i.test(key))
    return undefined;
  return { what: `${JSON.stringify(key)} is no name for a context`, remedy: "Name a stage or an image." };
}

function findArgumentNameProblem(key: string): Finding | undefined {
  if (/^[A-Za-z_]\w*$/.test(key)) return undefined;
  const remedy = "A name is letters, digits and `_`, and does not begin with a digit.";
  return { what: `${JSON.stringify(key)} is no name for an argument`, remedy };
}

function findDependencyProblems(
  dependencies: readonly string[],
  self: string,
  names: readonly string[],
): readonly Problem[] {
  return dependencies.flatMap((dependency, index) => {
    const at = ["images", self, "dependencies", index];
    if (dependencies.indexOf(dependency) < index)
      return problemsAt(at, { what: `${dependency} is there twice`, remedy: "Take one out." });
    return problemsAt(at, findImageProblem(dependency, self, names));
  });
}

function findImageProblem(
  name: string,
  self: string | undefined,
  names: readonly string[],
): Finding | undefined {
  if (name === self) return { what: "an image cannot be built on itself", remedy: "Take it out." };
  if (names.includes(name)) return undefined;
  const others = names.filter((other) => other !== self);
  const what = `there is no image ${JSON.stringify(name)}${formatGuess(nearest(name, others))}`;
  return { what, remedy: "Name an image of this configuration. Others need no declaration." };
}

function problemsAt(at: Keys, finding: Finding | undefined): readonly Problem[] {
  return finding === undefined ? [] : [{ where: formatKeyPath(at), ...finding }];
}
