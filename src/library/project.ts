/** What the commands do, for programs: the words of it. */
import type { DescribedGraph, JudgedImage } from "../model/described-image.ts";
import type { Checked } from "../model/drift.ts";
import type { Image } from "../model/image.ts";
import type { Plan } from "../model/plan.ts";
import type { RunEvent, RunResult } from "../model/run.ts";
import type { Violation } from "../model/violation.ts";

/** Which project is meant. Each is what the flag of its name is. */
export interface ProjectOptions {
  /** Where the configuration is looked for, upwards to the checkout's root: the working directory, if not said. */
  readonly directory?: string;
  /** A configuration by its path, from `directory`. */
  readonly config?: string;
  /** The registry, in the place of the configuration's. */
  readonly registry?: string;
  /** How many questions to registries are asked at the same time: 16, if not said. */
  readonly lookupConcurrency?: number;
  /** What the engine, the credentials and Google's are found by: the process's, if not said. Git is given the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Images by their names, or all. A name that is none is a `UsageError`. */
export type Images = readonly string[] | "all";

/** What a plan or a run is about. */
export interface PlanOptions {
  readonly images: Images;
  /** Of these only the images that differ from what they were at a revision. */
  readonly since?: string;
  /** Whether what depends on the images is planned, too; it is, if not said. */
  readonly dependents?: boolean;
  /** Whether dependencies that are not up to date are planned, too; they are, if not said. */
  readonly dependencies?: boolean;
  /** Whether the images are built although nothing changed. */
  readonly force?: boolean;
  /** The name of a buildx builder. */
  readonly builder?: string;
  readonly signal?: AbortSignal;
}

/** How a run goes about it. */
export interface RunOptions extends PlanOptions {
  /** Most builds at the same time: one for each processor, if not said. */
  readonly concurrency?: number;
  /** Most pushes at the same time: 8, if not said. */
  readonly pushConcurrency?: number;
  /** Whether a failed image leaves its neighbours running, and what succeeded is pinned. */
  readonly keepGoing?: boolean;
  /** How often a push, or a build that could not pull, is tried again: twice, if not said. */
  readonly retries?: number;
  readonly noCache?: boolean;
  /** Whether registries are asked for newer bases. */
  readonly pull?: boolean;
  /** Whether the images are pushed, and their digests written; they are, if not said. */
  readonly push?: boolean;
  /** Whether what is pushed gets the images' tags; it does, if not said. */
  readonly tags?: boolean;
  readonly createRepository?: boolean;
  /** Whether the digests are committed; they are, if not said. */
  readonly commit?: boolean;
  /** Whose the commit is: `Name <address>`. */
  readonly author?: string;
  /** Is told what happens while it happens. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What is held against what. */
export interface CheckOptions {
  /** What concerns these images only: everything, if not said. */
  readonly images?: Images;
  /** Whether registries are asked, too. */
  readonly remote?: boolean;
  readonly signal?: AbortSignal;
}

/** What a command wrote, and how it ended. */
export interface CommandResult {
  /** 0 done; 1 an image failed or something has drifted; 2 usage or configuration; 70 a bug; 130 interrupted. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A git checkout with a configuration. Each call reads what is there then. What a person can mend rejects with a `UserError`,
 * which has a `message` and a `remedy`; of a configuration with all its `problems`.
 */
export interface Project {
  /** The images as the configuration declares them, with every default filled in. */
  readonly images: () => Promise<readonly Image[]>;
  /** What is built on what, and what is not up to date: `manage-images graph --format json`. */
  readonly graph: () => Promise<DescribedGraph<JudgedImage>>;
  /** What a run would do for each image, and why. Changes nothing. */
  readonly plan: (options: PlanOptions) => Promise<Plan>;
  /** Builds, pushes, writes digests and commits. A failed image is an outcome in the result and no error. */
  readonly run: (options: RunOptions) => Promise<RunResult>;
  /** What has drifted. */
  readonly check: (options?: CheckOptions) => Promise<Checked>;
  /** Where Dockerfiles break rules. */
  readonly lint: (images?: Images) => Promise<readonly Violation[]>;
  /** `repository@sha256:…` of an image, as the lockfile has it. */
  readonly digest: (image: string) => Promise<string>;
  /**
   * Any command, such as `["promote", "--tag", "prod", "--format", "json"]`, in the place of the project; an interrupt ends it
   * in good order. What is wrong is in what it wrote.
   */
  readonly command: (
    words: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ) => Promise<CommandResult>;
}
