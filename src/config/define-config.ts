/** The configuration as people write it: `images.config.ts`. Paths are relative to that file. */
import type { RuleName, Severity } from "../model/violation.ts";

/** A test that is more than the arguments that the image is called with. */
export interface TestConfiguration {
  /** What the image is called with: arguments for its entry point, or the whole command if it has none. */
  readonly command: readonly string[];
  /** What is run in the place of the image's entry point. */
  readonly entrypoint?: readonly string[] | undefined;
  /** Default: `none`. */
  readonly network?: "none" | "default" | "host" | undefined;
  /** How long it may take, in seconds. Default: 300. */
  readonly timeout?: number | undefined;
}

/** A program and its arguments, run without a shell in the configuration's directory, before anything is decided. */
export interface DockerfileCommand {
  readonly command: readonly string[];
}

/** What an image is made of and where it goes. Every key may be left out. */
export interface ImageConfiguration {
  /**
   * Path of the Dockerfile, or a program that writes it to its standard output; `{image}` stands for the image's name.
   * Default: `dockerfiles/{image}.Dockerfile`.
   */
  readonly dockerfile?: string | DockerfileCommand | undefined;
  /**
   * The directory whose files the build may copy; `{image}` stands for the image's name. Or a directory of a git repository:
   * `https://host/repo.git#ref:directory`, whose commit is an input. Default: `.`
   */
  readonly context?: string | undefined;
  /** The stage to build. Default: the last one. */
  readonly target?: string | undefined;
  /**
   * Build arguments. `image:NAME` passes image NAME of this configuration as `repository@sha256:…` and makes it a
   * dependency.
   */
  readonly args?: Readonly<Record<string, string>> | undefined;
  /** The platforms that are built for; several become one index. Default: `["linux/amd64"]`. */
  readonly platforms?: readonly string[] | undefined;
  /**
   * The tags that a push sets; they are no inputs. `{sha}` is the first 12 digits of the commit, `{branch}` the branch and
   * `{version}` the latest git tag without a `v` in front of it; a tag with `{platform}` (`linux-amd64`) is one for each
   * platform. Default: `["latest"]`.
   */
  readonly tags?: readonly string[] | undefined;
  /** Labels of the image, beside the top-level ones; where both have a key, this one counts. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How much violations of `manage-images lint` weigh, beside the top-level `lint`; this one counts more. */
  readonly lint?: LintConfiguration | undefined;
  /**
   * Whether a build of the same inputs is to have the same digest on every machine: times are set to 1980-01-01, or to that of
   * the argument `SOURCE_DATE_EPOCH`. Default: false.
   */
  readonly reproducible?: boolean | undefined;
  /** The network of `RUN` instructions. Default: `default`. */
  readonly network?: "default" | "none" | "host" | undefined;
  /**
   * What names of the Dockerfile stand for: a directory, `https://host/repo.git#ref:directory`, `docker-image://REFERENCE`, or
   * `image:NAME` for image NAME of this configuration, which is then a dependency and passed by digest. A name takes the
   * place of a stage or image.
   */
  readonly contexts?: Readonly<Record<string, string | OptionalContext>> | undefined;
  /** Secrets for `RUN --mount=type=secret`, by id. Only their ids count as inputs. */
  readonly secrets?: Readonly<Record<string, SecretConfiguration>> | undefined;
  /** SSH agents and keys for `RUN --mount=type=ssh`: `default`, or `id=path`. */
  readonly ssh?: readonly string[] | undefined;
  /** Where cache is taken from, as `docker buildx build --cache-from` has it. Not an input. */
  readonly cacheFrom?: readonly string[] | undefined;
  /** Where cache is written to, as `docker buildx build --cache-to` has it. Not an input. */
  readonly cacheTo?: readonly string[] | undefined;
  /** Attach a record of how the image was built: `true` is `"min"`. It differs at each build. Default: `false`. */
  readonly provenance?: boolean | "min" | "max" | undefined;
  /** Attach a list of the software in the image. Default: `false`. */
  readonly sbom?: boolean | undefined;
  /** OCI annotations of the manifest and, for several platforms, of the index. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** The buildx builder that builds it (`docker buildx ls`). Default: the engine, where it can. */
  readonly builder?: string | undefined;
  /**
   * What must succeed in the new image before it is pushed, each in a container of its own, without a network:
   * `[["--help"], ["sh", "-c", "python3 -c 'import torch'"]]`.
   */
  readonly test?: readonly (readonly string[] | TestConfiguration)[] | undefined;
  /** Images of this configuration that this one is built on. Default: read from the Dockerfile, with which they must agree. */
  readonly dependencies?: readonly string[] | undefined;
  /** Where the image is pushed to, without tag and digest. Default: `registry`, a slash, and the image's name. */
  readonly repository?: string | undefined;
}

/** An image as a named context that may be missing: where its registry does not have it, the Dockerfile's own stage counts. */
export interface OptionalContext {
  /** `docker-image://REFERENCE`. */
  readonly image: string;
  readonly optional?: boolean | undefined;
}

/** Where a secret is: in a file (from the configuration file, or absolute) or in an environment variable. */
export type SecretConfiguration = { readonly file: string } | { readonly env: string };

/**
 * How much a violation of each rule weighs: `"error"` and `"warning"` make `manage-images lint` fail, a `"notice"` is only
 * shown, `"off"` is not looked for.
 */
export type LintConfiguration = Readonly<Partial<Record<RuleName, Severity>>>;

/** Which files hold references to the images, and in which forms beside those that are known. */
export interface ReferencesConfiguration {
  /** Globs on paths from the root of the repository; only these files are read and written. Default: all files. */
  readonly include?: readonly string[] | undefined;
  /**
   * Globs of files that are left alone, beside `third_party/`, `vendor/`, `node_modules/` and lock files. One that begins
   * with `!` takes back what is excluded by those before it and by default.
   */
  readonly exclude?: readonly string[] | undefined;
  /** Forms of your own. */
  readonly patterns?: readonly ReferencePatternConfiguration[] | undefined;
}

/** A form in which files name an image and its digest. */
export interface ReferencePatternConfiguration {
  /** Globs on paths from the root of the repository. */
  readonly files: readonly string[];
  /**
   * A regular expression with the groups `image`, a repository or the name of an image, and `digest`, with or without
   * `sha256:`. It is held against the line of each digest and five lines above and below it.
   */
  readonly match: string | RegExp;
}

/** How the commits of digests are made. */
export interface CommitConfiguration {
  /**
   * The message's beginning, such as `chore: update {images}`; `{images}` stands for the images' names, or their number
   * where the line would be too long. Each image's old and new digest follow.
   */
  readonly message?: string | undefined;
  /** One commit for each image, dependencies first, instead of one for all. Default: false. */
  readonly perImage?: boolean | undefined;
  /** `Key: value` lines at the message's end. */
  readonly trailers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Adds `Signed-off-by` with the committer's name. Default: false. */
  readonly signoff?: boolean | undefined;
}

/** How a registry is reached. */
export interface RegistryConfiguration {
  /** Without TLS. Default: registries on this machine only. The engine must be told, too: `insecure-registries`. */
  readonly http?: boolean | undefined;
  /**
   * A file of certificates (PEM) of the authorities that it may be certified by. Those that the engine has in
   * `/etc/docker/certs.d` are known without.
   */
  readonly ca?: string | undefined;
}

/** Another place that images are copied to by `manage-images promote --to`. */
export interface PromotionConfiguration {
  /** Such as `docker.io/acme`; image X goes to `registry/X`. */
  readonly registry: string;
  /** Other names for images there: `{ trtllm: "tensorrtllm-runtime" }`. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  /** The tags that they get there, with `{sha}`, `{branch}` and `{version}` as in those of images. Default: what `--tag` says. */
  readonly tags?: readonly string[] | undefined;
}

/** All images of a repository, and what is the same for all of them. */
export interface Configuration extends Pick<
  ImageConfiguration,
  "dockerfile" | "context" | "platforms" | "tags" | "labels" | "lint" | "reproducible" | "builder"
> {
  /** For editors, in JSON: `./node_modules/manage-images/schemas/images.config.schema.json`. */
  readonly $schema?: string | undefined;
  /** Where images are pushed to, such as `us-docker.pkg.dev/acme/images`; image X goes to `registry/X`. */
  readonly registry?: string | undefined;
  /** How many images a buildx builder builds at the same time; `--concurrency` bounds all others together. */
  readonly builders?: Readonly<Record<string, { readonly concurrency: number }>> | undefined;
  /** Where references to the images are looked for. Default: in all files that git tracks but those of others. */
  readonly references?: ReferencesConfiguration | undefined;
  /** How the commits of digests are made. */
  readonly commit?: CommitConfiguration | undefined;
  /** What must be said of registries, by `host[:port]`. */
  readonly registries?: Readonly<Record<string, RegistryConfiguration>> | undefined;
  /** Other places that images can be copied to, by name: `manage-images promote --to NAME`. */
  readonly promotions?: Readonly<Record<string, PromotionConfiguration>> | undefined;
  /** The images, by name. Names are lower-case letters and digits with `.`, `_` and `-` between them. */
  readonly images: Readonly<Record<string, ImageConfiguration>>;
}

/** Returns the configuration as it is; lets editors and the compiler check it. */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}
