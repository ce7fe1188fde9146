/** One thing that runs need, and how it is. */
export interface Diagnosis {
  readonly subject: Subject;
  /** Which of several: a registry's name. */
  readonly about?: string;
  /**
   * `ok`: it is as it should be; `warning`: some runs will fail or be slow; `problem`: nothing that needs it will work; `skipped`: it could
   * not be looked at, because of another problem or because it is not there and need not be.
   */
  readonly state: "ok" | "warning" | "problem" | "skipped";
  /** What is there, in a few words. */
  readonly found: string;
  /** What to do. */
  readonly remedy?: string;
}

/** What is looked at. */
export type Subject =
  | "node"
  | "git"
  | "checkout"
  | "configuration"
  | "engine"
  | "buildx"
  | "registry"
  | "remote"
  | "forge"
  | "disk"
  | "clock";

/** What the engine says of itself. */
export interface EngineFacts {
  /** How it is reached: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly version: string;
  /** Of its containers: `linux`. */
  readonly os: string;
  readonly architecture: string;
  /** `overlay2`, or `containerd` for containerd's image store. */
  readonly store: string;
  readonly isRootless: boolean;
  /** Where it keeps images, if that is on this machine. */
  readonly folder?: string;
  /** Milliseconds since 1970. */
  readonly time?: number;
}

/** What `docker buildx` says of itself. */
export interface BuildxFacts {
  readonly version: string;
  readonly builders: readonly BuilderFacts[];
}

/** A builder as `docker buildx ls` lists it. */
export interface BuilderFacts {
  readonly name: string;
  /** `docker`, `docker-container`, …; not known of one that does not answer. */
  readonly driver?: string;
  readonly isUsable: boolean;
}

/** What git is in a directory. */
export interface GitFacts {
  readonly version: string;
  /** `Ada <ada@example.com>`; `undefined`: git does not know who commits. */
  readonly committer: string | undefined;
  /** Why no commit can be made now. */
  readonly blocked: string | undefined;
}

/** A forge that has a remote's project, and what it says of the token for it. */
export interface ForgeFacts {
  /** `acme/stack on GitHub`. */
  readonly project: string;
  /** The variables that a token may be in, the best first. */
  readonly variables: readonly string[];
  /** The one that it is in; without one nothing was asked. */
  readonly variable?: string;
  readonly token?: TokenFacts;
  /** What pull requests with this token will lack. */
  readonly limits: readonly { readonly what: string; readonly remedy: string }[];
}

/** What a forge says of a token of its. */
export interface TokenFacts {
  /** As the forge names them; of many kinds of tokens they cannot be known. */
  readonly scopes?: readonly string[];
  /** When it ends, in milliseconds since 1970. */
  readonly expires?: number;
}
