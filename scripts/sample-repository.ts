import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The root of this checkout. */
export const PROJECT = fileURLToPath(new URL("..", import.meta.url));
/** What `images.config.ts` and the Dockerfiles of this checkout have as registry. */
const WRITTEN_REGISTRY = "localhost:5000/manage-images";
const COPIED = ["dockerfiles", "images.config.ts", ".dockerignore"];
const NOT_BUILT_YET = `sha256:${"0".repeat(64)}`;

/** Variables for programs that are to know nothing of the user's git configuration. */
export const GIT_ENVIRONMENT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" } as const;

/**
 * Makes a git repository in a temporary folder, which it returns: this checkout's images, named `registry/IMAGE`, and
 * files of other kinds that use them by digest. Nothing in it has been built yet.
 */
export async function createSampleRepository(registry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sample-"));
  for (const name of COPIED) await cp(join(PROJECT, name), join(folder, name), { recursive: true });
  for (const [path, text] of Object.entries(usesOfImages())) await write(join(folder, path), text);
  await rename(folder, registry);
  await commitAll(folder, "Eight images, not built yet");
  return folder;
}

function usesOfImages(): Readonly<Record<string, string>> {
  const pin = (image: string) => `${WRITTEN_REGISTRY}/${image}@${NOT_BUILT_YET}`;
  return {
    ".github/workflows/test.yml": workflow(pin),
    "compose.yaml": `services:\n  samples:\n    image: ${pin("samples")}\n    ports: ["8080:8080"]\n`,
    "README.md": `# Sample\n\nTo see what an image holds:\n\n    docker run --rm ${pin("frontends")}\n`,
    ".gitignore": "node_modules/\n",
  };
}

function workflow(pin: (image: string) => string): string {
  return `name: test
on: push
jobs:
  cpu:
    runs-on: ubuntu-latest
    container: ${pin("frontends-swiftshader")}
    steps:
      - run: versions
  gpu:
    runs-on: [self-hosted, gpu]
    steps:
      - uses: docker://${pin("frontends-nvidia")}
`;
}

/** Puts the registry's name into all files. */
async function rename(folder: string, registry: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    if (text.includes(WRITTEN_REGISTRY)) await writeFile(path, text.replaceAll(WRITTEN_REGISTRY, registry));
  }
}

/** Makes a folder a git repository with one commit of all its files. */
export async function commitAll(folder: string, message: string): Promise<void> {
  const git = (...args: readonly string[]) =>
    promisify(execFile)("git", args, { cwd: folder, env: { ...process.env, ...GIT_ENVIRONMENT } });
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "Sample");
  await git("config", "user.email", "sample@example.com");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
