import type { Tree } from "./buildkit.ts";

/** A context. */
export const TREE: Tree = {
  "a.txt": "a",
  "b.txt": "b",
  "c.md": "c",
  "app/main.ts": "m",
  "app/test/main.test.ts": "t",
  "packages/one/package.json": "{}",
  "packages/one/index.ts": "1",
  "packages/two/package.json": "{}",
  "packages/README.md": "r",
  "with space/x y": "x",
  "a[1].txt": "1",
  "größe/ä": "ä",
  "empty/": "",
};

/** Dockerfiles, and what of that context they can read. */
export interface ReachCase {
  readonly title: string;
  readonly dockerfile: string;
  readonly reach: readonly string[] | "everything";
  /** The files of `TREE` that are sent, if there are any. */
  readonly sent?: readonly string[];
  readonly args?: Readonly<Record<string, string>>;
  /** Why BuildKit 0.13, which the tests have, cannot build it. */
  readonly apart?: string;
}

/** All cases. */
export const REACH_CASES: readonly ReachCase[] = [
  { title: "a file", dockerfile: "COPY a.txt /\n", reach: ["a.txt"], sent: ["a.txt"] },
  {
    title: "a directory",
    dockerfile: "COPY ./app/ /app\n",
    reach: ["app"],
    sent: ["app/main.ts", "app/test/main.test.ts"],
  },
  {
    title: "several sources",
    dockerfile: "ADD a.txt /b.txt /x/\n",
    reach: ["a.txt", "b.txt"],
    sent: ["a.txt", "b.txt"],
  },
  { title: "the context itself", dockerfile: "COPY . /\n", reach: "everything" },
  { title: "the context itself, by a slash", dockerfile: "COPY / /\n", reach: "everything" },
  { title: "what would lie outside", dockerfile: "COPY ../../a.txt /\n", reach: ["a.txt"], sent: ["a.txt"] },
  {
    title: "a wildcard",
    dockerfile: "COPY *.txt /\n",
    reach: ["*.txt"],
    sent: ["a.txt", "b.txt", "a[1].txt"],
  },
  { title: "one character", dockerfile: "COPY ?.txt /\n", reach: ["?.txt"], sent: ["a.txt", "b.txt"] },
  {
    title: "one of some characters",
    dockerfile: "COPY [a-ac].* /\n",
    reach: ["[a-ac].*"],
    sent: ["a.txt", "c.md"],
  },
  { title: "none of some characters", dockerfile: "COPY [^ac].* /\n", reach: ["[^ac].*"], sent: ["b.txt"] },
  { title: "a bracket", dockerfile: "COPY a[[]1].txt /\n", reach: ["a[[]1].txt"], sent: ["a[1].txt"] },
  {
    title: "a wildcard amid the path",
    dockerfile: "COPY packages/*/package.json /\n",
    reach: ["packages/*/package.json"],
    sent: ["packages/one/package.json", "packages/two/package.json"],
  },
  {
    title: "a directory by a wildcard",
    dockerfile: "COPY pack* /\n",
    reach: ["pack*"],
    sent: [
      "packages/one/package.json",
      "packages/one/index.ts",
      "packages/two/package.json",
      "packages/README.md",
    ],
  },
  { title: "an empty directory", dockerfile: "COPY empty /x\n", reach: ["empty"], sent: ["empty/"] },
  {
    title: "a path in quotes",
    dockerfile: 'COPY ["with space/x y", "/"]\n',
    reach: ["with space/x y"],
    sent: ["with space/x y"],
  },
  { title: "a path that is not ASCII", dockerfile: "COPY größe /\n", reach: ["größe"], sent: ["größe/ä"] },
  {
    title: "nothing where a stage or image is copied from",
    dockerfile: "COPY --from=one:1 /etc/passwd /\n",
    reach: [],
  },
  { title: "nothing for a here-document", dockerfile: "COPY <<EOF /x\nhello\nEOF\n", reach: [] },
  {
    title: "nothing for a command",
    dockerfile: "WORKDIR /x\nENV A=b\n",
    reach: [],
  },
  {
    title: "variables",
    dockerfile: "ARG DIR=app\nENV NAME=$DIR/main\nCOPY ${NAME}.ts /\n",
    reach: ["app/main.ts"],
    sent: ["app/main.ts"],
  },
  {
    title: "a configured argument",
    dockerfile: "ARG DIR=other\nCOPY $DIR /\n",
    args: { DIR: "app" },
    reach: ["app"],
    sent: ["app/main.ts", "app/test/main.test.ts"],
  },
  {
    title: "an old ENV",
    dockerfile: 'ENV NAME with space\nCOPY ["$NAME", "/"]\n',
    reach: ["with space"],
    sent: ["with space/x y"],
  },
  {
    title: "values of one ENV see what was before it",
    dockerfile: "ENV A=a.txt\nENV A=b.txt B=$A\nCOPY $B /\n",
    reach: ["a.txt"],
    sent: ["a.txt"],
  },
  {
    title: "a variable that a base image may set",
    dockerfile: "COPY ${NONE:-a.txt} /\n",
    reach: "everything",
  },
  {
    title: "a mode and an owner",
    dockerfile: "COPY --chown=1:1 --chmod=644 a.txt /\n",
    reach: ["a.txt"],
    sent: ["a.txt"],
  },
  {
    title: "more than --exclude leaves",
    dockerfile: "COPY --exclude=*.md packages /\n",
    reach: ["packages"],
    apart: "the flag came later",
  },
  {
    title: "parents, with ** and a pivot",
    dockerfile: "COPY --parents ./packages/./**/package.json /\n",
    reach: ["packages/**/package.json"],
    sent: ["packages/one/package.json", "packages/two/package.json"],
    apart: "the flag came later",
  },
];
