import type { GitSource } from "./git-source.ts";
import type { Reference } from "./reference.ts";
import type { LintSettings } from "./violation.ts";

/** A platform as Docker writes it: `os/architecture[/variant]`, such as `linux/amd64`. */
export type Platform = string;

/** The value of a build argument: text, or an image of the configuration, passed as `repository@digest`. */
export type ArgumentValue = string | { readonly image: string };

/** A named context: what a `FROM`, `COPY --from` or mount of its name takes instead of a stage or image. */
export type NamedContext =
  /** Path from the root of the checkout, with `/`. */
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "git"; readonly source: GitSource }
  /** An image of the configuration. */
  | { readonly kind: "image"; readonly image: string }
  /** Another image; an optional one is left out where its registry does not have it. */
  | { readonly kind: "base"; readonly reference: Reference; readonly isOptional: boolean };

/** Where a secret's value is: only its id is ever an input. */
export type SecretSource =
  /** Absolute, or from the root of the checkout. */
  { readonly file: string } | { readonly environment: string };
/** A command that must succeed in the new image before it is pushed. */
export interface ImageTest {
  /** What the image is called with; empty: its own command. */
  readonly command: readonly string[];
  /** What is run in the place of the image's entry point. */
  readonly entrypoint?: readonly string[];
  readonly network: "none" | "default" | "host";
  /** How long it may take, in seconds. */
  readonly timeout: number;
}

/** What the configuration declares and this program builds. Every default is filled in. */
export interface Image {
  readonly name: string;
  /** Where it is pushed to: a name without tag and digest, such as `us-docker.pkg.dev/acme/images/base`. */
  readonly repository: string;
  /** The repository that the configuration gives it, where the command line gives it another registry. */
  readonly home?: string;
  /** Path of the Dockerfile from the root of the checkout, with `/`; of one that a program writes a name for messages. */
  readonly dockerfile: string;
  /** The program that writes the Dockerfile to its standard output, and its arguments. */
  readonly dockerfileCommand?: readonly string[];
  /** Path of the build context from the root of the checkout, with `/`; `.` is the root itself. No link is on the way. */
  readonly context: string;
  /** What takes the place of the context's directory. */
  readonly gitContext?: GitSource;
  readonly target?: string;
  readonly args: Readonly<Record<string, ArgumentValue>>;
  /** Arguments for one platform only, by platform. */
  readonly platformArgs?: Readonly<Record<Platform, Readonly<Record<string, ArgumentValue>>>>;
  readonly contexts?: Readonly<Record<string, NamedContext>>;
  /** By id. */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Agents and keys as buildx takes them: `default`, `id=path`. */
  readonly ssh?: readonly string[];
  /** Caches as buildx takes them: `type=registry,ref=…`. */
  readonly cacheFrom?: readonly string[];
  readonly cacheTo?: readonly string[];
  /** How much a provenance attestation tells. Without it there is none. */
  readonly provenance?: "min" | "max";
  /** Whether there is an SBOM attestation. */
  readonly sbom?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The name of the buildx builder that is to build it. */
  readonly builder?: string;
  /** Never empty. */
  readonly platforms: readonly Platform[];
  /** The tags that a push sets, perhaps as templates. Never empty. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** Whether the same inputs are to have the same digest on every machine. */
  readonly reproducible?: true;
  /** In the order in which they are run; the first that fails is the last that is run. */
  readonly tests: readonly ImageTest[];
  /** Names of images, if the configuration declares them; `undefined` says: read them from the Dockerfile. */
  readonly declaredDependencies?: readonly string[];
  /** How much violations of rules weigh in its Dockerfile, where that is said. */
  readonly lint?: LintSettings;
}
