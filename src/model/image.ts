import type { LintSettings } from "./violation.ts";

/** A platform as Docker writes it: `os/architecture[/variant]`, such as `linux/amd64`. */
export type Platform = string;

/** The value of a build argument: text, or an image of the configuration, passed as `repository@digest`. */
export type ArgumentValue = string | { readonly image: string };

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
  /** Path of the Dockerfile from the root of the checkout, with `/`. */
  readonly dockerfile: string;
  /** Path of the build context from the root of the checkout, with `/`; `.` is the root itself. */
  readonly context: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, ArgumentValue>>;
  /** Never empty. */
  readonly platforms: readonly Platform[];
  /** The tags that a push sets. Never empty. */
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
