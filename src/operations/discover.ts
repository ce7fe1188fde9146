/** What a repository without a configuration has that images can be made of. */
import { posix } from "node:path";
import { guessRegistry, repositoryPath } from "../discovery/find-registry.ts";
import { toName } from "../discovery/name-dockerfile.ts";
import { isTestStage, type Material } from "../discovery/propose-images.ts";
import { declareAncestor, type Ancestor } from "../discovery/read-ancestor.ts";
import { findTargets } from "../dockerfile/find-targets.ts";
import type { Discovery } from "../model/discovery.ts";
import { DEFAULT_REFERENCES } from "../model/reference-settings.ts";
import { formatReference } from "../model/reference.ts";
import { MARKS } from "../references/marks.ts";
import { createScanner } from "../references/scanner.ts";
import { findDockerfiles } from "./find-dockerfiles.ts";
import { findPins, type FoundPin } from "./find-pins.ts";
import { readDeclarations, type Outlook } from "./read-declarations.ts";

/** What was found. */
export interface Discovered {
  readonly material: Omit<Material, "registry">;
  /** Dockerfiles of tests or examples that no other file builds; they are not in the material. */
  readonly doubtful: ReadonlyMap<string, Uint8Array>;
  readonly ancestors: readonly Ancestor[];
  /** Every pin of every file. */
  readonly pins: readonly FoundPin[];
  readonly findings: readonly Discovery[];
}

/** Looks at all that git tracks. Changes nothing. */
export async function discover(outlook: Outlook): Promise<Discovered> {
  const { checkout, contents } = outlook;
  const read = await readDeclarations(outlook);
  const pins = await findAllPins(outlook);
  const files = new Set(await contents.files());
  const declarations = [
    ...read.ancestors.flatMap((each) => declareAncestor(each, files, repositoriesBeside(each, pins))),
    ...read.declarations,
  ];
  const isDeclared = (path: string) => declarations.some(({ dockerfile }) => dockerfile === path);
  const { doubtful, findings, ...all } = await findDockerfiles(checkout, contents, isDeclared);
  const others = read.others.filter(
    (each) => all.dockerfiles.has(each.dockerfile) && !isDeclared(each.dockerfile),
  );
  const dockerfiles = new Map(
    [...all.dockerfiles].filter(([path]) => !others.some((each) => each.dockerfile === path)),
  );
  const remote = await checkout.remoteUrl();
  const project = toName(repositoryPath(remote)?.split("/").at(-1) ?? posix.basename(checkout.root)) || "app";
  return {
    material: {
      dockerfiles,
      declarations,
      references: [
        ...imagesOf([...dockerfiles.values(), ...doubtful.values()]),
        ...pins.map(({ pin }) => formatReference(pin)),
        ...read.references,
      ],
      files: [...files],
      project,
      guess: guessRegistry(remote, project),
    },
    doubtful,
    ancestors: read.ancestors,
    pins,
    findings: [
      ...findings,
      ...others.map(({ where, dockerfile }) => {
        return { kind: "left-out", file: dockerfile, reason: { why: "no-image", where } } as const;
      }),
      ...read.skipped.map((each) => ({ kind: "unread", ...each }) as const),
      ...declarations
        .filter(({ dockerfile }) => !dockerfiles.has(dockerfile))
        .map(
          ({ where, dockerfile }) =>
            ({ kind: "unread", where, why: `there is no Dockerfile ${dockerfile}` }) as const,
        ),
      ...testStages(dockerfiles, isDeclared),
    ],
  };
}

async function findAllPins({ checkout, contents }: Outlook): Promise<readonly FoundPin[]> {
  const scanner = createScanner(DEFAULT_REFERENCES, { repositories: new Map(), dockerfiles: new Set() });
  return findPins(checkout, await contents.filesContaining(MARKS), scanner, () => true);
}

/** The repositories that the script's own list of digests names. */
function repositoriesBeside({ file }: Ancestor, pins: readonly FoundPin[]): readonly string[] {
  const list = posix.join(posix.dirname(file), "prod_digests.txt");
  return pins.filter((found) => found.file === list).map(({ pin }) => pin.name);
}

function imagesOf(dockerfiles: readonly Uint8Array[]): readonly string[] {
  const targets = dockerfiles.map((bytes) => findTargets({ bytes, args: {}, platform: "linux/amd64" }));
  return targets.flatMap(({ images }) => images.map(formatReference));
}

function testStages(
  dockerfiles: ReadonlyMap<string, Uint8Array>,
  isDeclared: (path: string) => boolean,
): readonly Discovery[] {
  return [...dockerfiles].flatMap(([file, bytes]) => {
    if (isDeclared(file)) return [];
    const { ends } = findTargets({ bytes, args: {}, platform: "linux/amd64" });
    return ends
      .filter(isTestStage)
      .map((stage) => ({ kind: "left-out", file, reason: { why: "test-stage", stage } }) as const);
  });
}
