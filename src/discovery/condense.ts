import { posix } from "node:path";
import type { Configuration, ImageConfiguration } from "../config/define-config.ts";
import { isUrl } from "./declaration.ts";
import type { Proposal, ProposedImage } from "../model/discovery.ts";

const DEFAULT_DOCKERFILE = "dockerfiles/{image}.Dockerfile";
const DEFAULT_CONTEXT = ".";

/** The proposal as a configuration in `directory`: what is the same for most images is said once, and no default is said. */
export function condense({ registry, images }: Proposal, directory: string): Configuration {
  const relative = (path: string) => posix.relative(directory, path) || ".";
  const placed = images.map((image) => ({
    image,
    dockerfile: relative(image.dockerfile),
    // Where nothing is copied every context is right.
    context: image.context === "" ? undefined : relative(image.context),
  }));
  const dockerfile = commonTemplate(
    placed.map(({ image, dockerfile: path }) => [image.name, path]),
    DEFAULT_DOCKERFILE,
  );
  const context = commonTemplate(
    placed.map(({ image, context: path }) => [image.name, path]),
    DEFAULT_CONTEXT,
  );
  return {
    registry,
    ...(dockerfile === DEFAULT_DOCKERFILE ? {} : { dockerfile }),
    ...(context === DEFAULT_CONTEXT ? {} : { context }),
    images: Object.fromEntries(
      placed.map((each) => [
        each.image.name,
        {
          ...(each.dockerfile === fill(dockerfile, each.image.name) ? {} : { dockerfile: each.dockerfile }),
          ...contextOf(each, context),
          ...rest({ ...each.image, contexts: placedContexts(each.image, relative) }, registry),
        },
      ]),
    ),
  };
}

/** Where nothing is copied the Dockerfile's directory will do, if the one of the template is not known to be there. */
function contextOf(
  { image, dockerfile, context }: { image: ProposedImage; dockerfile: string; context: string | undefined },
  template: string,
): Pick<ImageConfiguration, "context"> {
  if (context === undefined && !template.includes("{image}")) return {};
  const own = context ?? posix.dirname(dockerfile);
  return own === fill(template, image.name) ? {} : { context: own };
}

/** Directories are written from where the configuration is. */
function placedContexts({ contexts }: ProposedImage, relative: (path: string) => string) {
  const isElsewhere = (value: string) => value.startsWith("image:") || isUrl(value);
  return Object.fromEntries(
    Object.entries(contexts).map(([name, value]) => [name, isElsewhere(value) ? value : relative(value)]),
  );
}

function rest(image: ProposedImage, registry: string): ImageConfiguration {
  const { name, repository, target, args, contexts, platforms, tags, labels, network } = image;
  const isDefault = platforms.length === 0 || (platforms.length === 1 && platforms[0] === "linux/amd64");
  return {
    ...(target === undefined ? {} : { target }),
    ...(isEmpty(args) ? {} : { args }),
    ...(isEmpty(contexts) ? {} : { contexts }),
    ...(isDefault ? {} : { platforms }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(isEmpty(labels) ? {} : { labels }),
    ...(network === undefined || network === "default" ? {} : { network: network as "host" | "none" }),
    ...(repository === `${registry}/${name}` ? {} : { repository }),
  };
}

function isEmpty(values: Readonly<Record<string, string>>): boolean {
  return Object.keys(values).length === 0;
}

/** The path or template that suits most images, if it suits two or more; the program's own where that suits as many. */
function commonTemplate(
  paths: readonly (readonly [name: string, path: string | undefined])[],
  own: string,
): string {
  const known = paths.flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const]));
  const suits = (template: string) => known.filter(([name, path]) => fill(template, name) === path).length;
  const templates = new Set([own, ...known.flatMap(([name, path]) => [templateOf(path, name), path])]);
  const counted = [...templates].map((template) => ({ template, count: suits(template) }));
  const most = Math.max(...counted.map(({ count }) => count));
  const best = counted.find(({ count }) => count === most);
  return best === undefined || most < 2 ? own : best.template;
}

/** The path with the name, where it stands by itself, as `{image}`. */
function templateOf(path: string, name: string): string {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return path.replace(new RegExp(`(?<![A-Za-z0-9_-])${quoted}(?![A-Za-z0-9_-])`, "g"), "{image}");
}

function fill(template: string, name: string): string {
  return template.replaceAll("{image}", () => name);
}
