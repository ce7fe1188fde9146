/** Dockerfiles that are read by this program and built by BuildKit, with what both must come to. */
export interface Case {
  readonly title: string;
  readonly dockerfile: string;
  /** What is resolved, as `name:tag` within Docker Hub, in the order of the file. */
  readonly uses: readonly string[];
  /** Part of what is wrong, where BuildKit refuses to build it. */
  readonly refused?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Named contexts. */
  readonly contexts?: Readonly<Record<string, string>>;
  /** Why BuildKit 0.13, which the tests have, does not agree. */
  readonly apart?: string;
}

const COPY_ALL = "FROM scratch\nCOPY --from=result /etc/passwd /\n";

const NAMES: readonly Case[] = [
  {
    title: "FROM names an image",
    dockerfile: "FROM debian:12\n",
    uses: ["debian:12"],
  },
  {
    title: "instructions are known whatever their case",
    dockerfile: "from debian:12 as a\nFrom a\ncopy --from=alpine:3 /etc/passwd /\n",
    uses: ["debian:12", "alpine:3"],
  },
  {
    title: "scratch is no image",
    dockerfile: "FROM scratch\nCOPY a.txt /\n",
    uses: [],
  },
  {
    title: "a stage that the target does not need is not resolved",
    dockerfile: "FROM unneeded:1 AS a\nFROM debian:12\n",
    uses: ["debian:12"],
  },
  {
    title: "the target is a stage by its name, whatever the case",
    dockerfile: "FROM debian:12 AS Small\nFROM unneeded:1\n",
    target: "sMALL",
    uses: ["debian:12"],
  },
  {
    title: "a stage number is no target",
    dockerfile: "FROM debian:12 AS small\nFROM other:1\n",
    target: "0",
    uses: [],
    refused: "there is no stage `0`",
  },
  {
    title: "a stage is built on an earlier stage",
    dockerfile: "FROM debian:12 AS base\nFROM base AS middle\nFROM middle\nCOPY a.txt /\n",
    uses: ["debian:12"],
  },
  {
    title: "stages are kept in lower case, and FROM takes them literally",
    dockerfile: "FROM debian:12 AS BASE\nFROM base\nCOPY a.txt /\n",
    uses: ["debian:12"],
  },
  {
    title: "FROM does not know a stage in capitals",
    dockerfile: "FROM debian:12 AS base\nFROM Base\n",
    uses: [],
    refused: "`Base` is not the name of an image",
  },
  {
    title: "a stage with the name of its own image is built on the image",
    dockerfile: "FROM debian AS debian\nFROM debian\nCOPY a.txt /\n",
    uses: ["debian:latest"],
  },
  {
    title: "FROM takes the latest earlier stage of a name",
    dockerfile: "FROM one:1 AS a\nFROM two:1 AS a\nFROM a\nCOPY a.txt /\n",
    uses: ["two:1"],
  },
  {
    title: "COPY --from takes stages whatever the case, numbers, and images",
    dockerfile:
      "FROM one:1 AS a\nFROM two:1\nFROM scratch\nCOPY --from=A /etc/passwd /p\nCOPY --from=1 /etc/passwd /q\nCOPY --from=three:1 /etc/passwd /r\n",
    uses: ["one:1", "two:1", "three:1"],
  },
  {
    title: "COPY --from is found between other flags and in quotes",
    dockerfile: 'FROM scratch\nCOPY --chown=1:1 --from="three:1" --chmod=644 /etc/passwd /r\n',
    uses: ["three:1"],
  },
  {
    title: "COPY --from=scratch is no image",
    dockerfile: "FROM debian:12\nRUN --mount=from=scratch,target=/m true\n",
    uses: ["debian:12"],
  },
  {
    title: "there is no stage of a number that is too high",
    dockerfile: "FROM scratch\nCOPY --from=7 /a /b\n",
    uses: [],
    refused: "there is no stage 7",
  },
  {
    title: "a stage cannot take files from a later one",
    dockerfile: "FROM scratch AS first\nCOPY --from=later /a.txt /\nFROM scratch AS later\nCOPY a.txt /\n",
    target: "first",
    uses: [],
    refused: "the stage `later` is defined further down",
  },
  {
    title: "a stage cannot take files from itself",
    dockerfile: "FROM scratch AS own\nCOPY --from=own /a.txt /\n",
    uses: [],
    refused: "takes files from itself",
  },
  {
    title: "a variable in COPY --from is refused",
    dockerfile: "ARG V=1\nFROM scratch\nCOPY --from=img:${V} /etc/passwd /\n",
    uses: [],
    refused: "there is a variable in `COPY --from`",
  },
  {
    title: "a variable in the from of a mount is refused",
    dockerfile: "ARG V=1\nFROM debian:12\nRUN --mount=from=img:$V,target=/m true\n",
    uses: ["debian:12"],
    refused: "there is a variable in `from=` of a mount",
  },
  {
    title: "a malformed reference is refused in a stage that is not needed, too",
    dockerfile: "FROM Wrong:1 AS a\nFROM scratch\nCOPY a.txt /\n",
    uses: [],
    refused: "`Wrong:1` is not the name of an image",
  },
  {
    title: "a bare name that looks like a stage is asked about",
    dockerfile: "FROM debian:12 AS builder\nFROM scratch\nCOPY --from=biulder /etc/passwd /\n",
    uses: [],
    refused: "`biulder` is neither a stage nor a named context, and looks like `builder`",
    apart: "it looks for docker.io/library/biulder",
  },
  {
    title: "a bare name in FROM that looks like a stage is asked about",
    dockerfile: "FROM debian:12 AS toolchain\nFROM toolchian\n",
    uses: [],
    refused: "`toolchian` is neither a stage nor a named context, and looks like `toolchain`",
    apart: "it looks for docker.io/library/toolchian",
  },
  {
    title: "a number in a mount is no stage",
    dockerfile: "FROM scratch AS a\nFROM debian:12\nRUN --mount=from=0,target=/m true\n",
    uses: ["debian:12"],
    refused: "`from=0` of a mount is the image `0`",
    apart: "it looks for docker.io/library/0",
  },
];

const MOUNTS: readonly Case[] = [
  {
    title: "each of several mounts is seen",
    dockerfile:
      "FROM debian:12 AS result\nRUN --mount=from=one:1,target=/1 --mount=type=bind,from=two:1,target=/2 true\n" +
      COPY_ALL,
    uses: ["debian:12", "one:1", "two:1"],
  },
  {
    title: "mounts of every type have a from",
    dockerfile:
      "FROM debian:12 AS result\nRUN --mount=type=cache,from=one:1,target=/1 --mount=type=tmpfs,from=two:1,target=/2 true\n" +
      COPY_ALL,
    uses: ["debian:12", "one:1", "two:1"],
  },
  {
    title: "keys of a mount are known whatever their case, and the last one counts",
    dockerfile: "FROM debian:12 AS result\nRUN --mount=FROM=one:1,From=two:1,target=/1 true\n" + COPY_ALL,
    uses: ["debian:12", "two:1"],
  },
  {
    title: "a mount is comma-separated values with quotes",
    dockerfile: `FROM debian:12 AS result\nRUN --mount='"from=one:1",target=/1' --mount="from=two:1,target=/2" true\n${COPY_ALL}`,
    uses: ["debian:12", "one:1", "two:1"],
  },
  {
    title: "a mount takes from a stage, whatever the case of its name",
    dockerfile:
      "FROM one:1 AS tools\nFROM debian:12 AS result\nRUN --mount=from=Tools,target=/1 true\n" + COPY_ALL,
    uses: ["one:1", "debian:12"],
  },
  {
    title: "a mount behind the command is none",
    dockerfile: "FROM debian:12 AS result\nRUN true --mount=from=one:1,target=/1\n" + COPY_ALL,
    uses: ["debian:12"],
  },
  {
    title: "quotes amid a field of a mount are refused",
    dockerfile: "FROM debian:12\nRUN --mount=target='a\"b' true\n",
    uses: ["debian:12"],
    refused: "the quotes of a `--mount` are misplaced",
  },
];

const LINES: readonly Case[] = [
  {
    title: "a line goes on behind a backslash, over comments and blank lines",
    dockerfile: "FROM \\\n# FROM evil:1\n\n   debian:12 \\\n  AS x  \n",
    uses: ["debian:12"],
  },
  {
    title: "a word goes on in the next line",
    dockerfile: "FROM deb\\\nian:1\\ \t\n2\n",
    uses: ["debian:12"],
  },
  {
    title: "two backslashes do not continue a line",
    dockerfile: "FROM debian:12 AS a\nLABEL a=b\\\\\nFROM alpine:3\n",
    uses: ["alpine:3"],
  },
  {
    title: "another character escapes where a directive says so",
    dockerfile: "# escape=`\nFROM debian:1`\n2\nLABEL path=C:\\\nCOPY --from=one:1 /etc/passwd /\n",
    uses: ["debian:12", "one:1"],
  },
  {
    title: "a directive behind a comment is a comment",
    dockerfile: "# hello\n# escape=`\nFROM debian:1\\\n2\n",
    uses: ["debian:12"],
  },
  {
    title: "lines may end as on Windows, and begin with a byte order mark",
    dockerfile:
      "\u00ef\u00bb\u00bf# escape=`\r\nFROM debian:1`\r\n2 AS a\r\nFROM a\r\nCOPY --from=one:1 /etc/passwd /\r\n",
    uses: ["debian:12", "one:1"],
  },
  {
    title: "comments in any encoding are skipped",
    dockerfile: "# caf\u00e9 \u00ff\nFROM debian:12\n",
    uses: ["debian:12"],
  },
  {
    title: "a comment may be indented; # elsewhere is none",
    dockerfile: "  # FROM evil:1\nFROM debian:12 AS result\nRUN true # --mount=from=evil:1\n" + COPY_ALL,
    uses: ["debian:12"],
  },
  {
    title: "the body of a here-document is no instruction",
    dockerfile:
      "FROM debian:12 AS result\nRUN cat <<EOF\nFROM evil:1\nCOPY --from=evil:1 a b\nEOF\n" + COPY_ALL,
    uses: ["debian:12"],
  },
  {
    title: "several here-documents stand one behind the other",
    dockerfile:
      "FROM debian:12 AS result\nRUN cat <<one <<-'two 2'\nFROM evil:1\none\nFROM evil:2\n\ttwo 2\n" +
      COPY_ALL,
    uses: ["debian:12"],
  },
  {
    title: "a here-document has a number, tabs, and quotes around its name",
    dockerfile: 'FROM debian:12 AS result\nRUN cat 3<<-"E"OF\nFROM evil:1\n\t\tEOF\n' + COPY_ALL,
    uses: ["debian:12"],
  },
  {
    title: "quotes and the JSON form make no here-document",
    dockerfile:
      'FROM debian:12 AS result\nRUN echo "<<EOF"\nRUN ["echo", "<<EOF"]\nRUN true a<<EOF\nRUN true\n' +
      COPY_ALL,
    uses: ["debian:12"],
  },
  {
    title: "there are spaces behind <<",
    dockerfile: "FROM debian:12 AS result\nRUN cat << EOF\nFROM evil:1\nEOF\n" + COPY_ALL,
    uses: ["debian:12"],
    apart: "here-documents like this came later",
  },
  {
    title: "a here-document that is not ended is refused",
    dockerfile: "FROM debian:12\nRUN <<EOF\nFROM evil:1\n",
    uses: ["debian:12"],
    refused: "the here-document `EOF` is not ended",
  },
  {
    title: "an unknown instruction is refused",
    dockerfile: "FROM debian:12\napt-get install x\n",
    uses: ["debian:12"],
    refused: "`APT-GET` is no instruction",
  },
  {
    title: "a conflict that is not resolved is refused",
    dockerfile: "<<<<<<< HEAD\nFROM debian:12\n=======\nFROM debian:13\n>>>>>>> other\nRUN true\n",
    uses: ["debian:13"],
    refused: "it has conflict markers",
  },
  {
    title: "a template is refused",
    dockerfile: "{{ if .Debug }}\nFROM debian:12\n{{ end }}\n",
    uses: ["debian:12"],
    refused: "this is a template",
  },
  {
    title: "a template in FROM is refused",
    dockerfile: "FROM {{ .Base }}\n",
    uses: [],
    refused: "this is a template",
  },
  {
    title: "a file without FROM is refused",
    dockerfile: "# nothing\nARG A=1\n",
    uses: [],
    refused: "the Dockerfile has no FROM",
    apart: "the whole engine breaks down on it",
  },
  {
    title: "only ARG may stand before FROM",
    dockerfile: "RUN true\nFROM debian:12\n",
    uses: ["debian:12"],
    refused: "RUN stands before the first FROM",
  },
  {
    title: "FROM has one word or three",
    dockerfile: "FROM debian:12 builder\n",
    uses: [],
    refused: "FROM is not complete",
  },
  {
    title: "a stage's name begins with a letter",
    dockerfile: "FROM debian:12 AS 1st\n",
    uses: ["debian:12"],
    refused: "`1st` cannot be the name of a stage",
  },
  {
    title: "a directive stands once",
    dockerfile: "# escape=`\n# escape=`\nFROM debian:12\n",
    uses: ["debian:12"],
    refused: "the directive `escape` stands here a second time",
  },
  {
    title: "a frontend is an image",
    dockerfile: "# syntax=Docker/Dockerfile:1\nFROM debian:12\n",
    uses: ["debian:12"],
    refused: "`Docker/Dockerfile:1`, which is to read the file, is not the name of an image",
  },
  {
    title: "not every character escapes",
    dockerfile: "# escape=x\nFROM debian:12\n",
    uses: ["debian:12"],
    refused: "`x` cannot be the escape character",
  },
];

const VARIABLES: readonly Case[] = [
  {
    title: "arguments before FROM have their defaults",
    dockerfile: "ARG NAME=debian\nARG V=12 TAG=${V}-slim\nFROM $NAME:${TAG}\n",
    uses: ["debian:12-slim"],
  },
  {
    title: "configured arguments win over defaults",
    dockerfile: "ARG V=12\nARG TAG=$V-slim\nFROM debian:$TAG\n",
    args: { V: "13" },
    uses: ["debian:13-slim"],
  },
  {
    title: "the last of several defaults counts",
    dockerfile: "ARG V=1\nARG V=${V}2\nFROM debian:$V\n",
    uses: ["debian:12"],
  },
  {
    title: "defaults may be quoted and escaped",
    dockerfile: 'ARG A="deb"\'ian\' V=\\12\nFROM "${A}:${V}"\n',
    uses: ["debian:12"],
  },
  {
    title: "values for unset and empty arguments",
    dockerfile:
      "ARG EMPTY=\nFROM debian:${NONE:-1}${NONE-2}${EMPTY:-3}${EMPTY-x}${EMPTY:+x}${EMPTY+4}${NONE:+x}${NONE+x}\n",
    uses: ["debian:1234"],
  },
  {
    title: "values in values",
    dockerfile: "ARG B=12\nFROM debian:${A:-${C:-$B}}\n",
    uses: ["debian:12"],
  },
  {
    title: "prefixes and suffixes are cut off",
    dockerfile: "ARG V=1.2.3\nFROM debian:${V%.*}_${V%%.*}_${V#*.}_${V##*.}_${V%?}\n",
    uses: ["debian:1.2_1_2.3_3_1.2."],
  },
  {
    title: "matches are replaced",
    dockerfile: "ARG V=1.2.3\nFROM debian:${V/./_}-${V//./-}-${V/?.2/x}\n",
    uses: ["debian:1_2.3-1-2-3-x.3"],
  },
  {
    title: "an argument of a stage does not reach FROM",
    dockerfile: "ARG V=12\nFROM debian:$V AS a\nARG V=13\nFROM alpine:$V\n",
    uses: ["alpine:12"],
  },
  {
    title: "the platform's arguments need no declaration",
    dockerfile:
      "FROM debian:${TARGETOS}-${TARGETARCH}${TARGETVARIANT} AS a\nFROM --platform=$TARGETPLATFORM a\nCOPY a.txt /\n",
    uses: ["debian:linux-amd64"],
  },
  {
    title: "a stage is chosen by an argument",
    dockerfile:
      "ARG KIND=fast\nFROM slow:1 AS kind-slow\nFROM fast:1 AS kind-fast\nFROM kind-${KIND}\nCOPY a.txt /\n",
    uses: ["fast:1"],
  },
  {
    title: "an argument can come to scratch",
    dockerfile: "ARG BASE=scratch\nFROM ${BASE}\nCOPY a.txt /\n",
    uses: [],
  },
  {
    title: "an argument that must be set is not",
    dockerfile: "FROM debian:${V:?missing}\n",
    uses: [],
    refused: "V: missing",
  },
  {
    title: "a brace is not closed",
    dockerfile: "FROM debian:${V:-1\n",
    uses: [],
    refused: "the closing `}` of a `${…}` is missing",
  },
  {
    title: "an operator is not known",
    dockerfile: "FROM debian:${V^^}\n",
    uses: [],
    refused: "`${V^…}` is not known",
  },
  {
    title: "nothing is left of a name",
    dockerfile: "ARG BASE=\nFROM $BASE\n",
    uses: [],
    refused: "nothing is left of `$BASE`",
  },
  {
    title: "an argument without a value makes a name that is none",
    dockerfile: "ARG V\nFROM debian:$V\n",
    uses: [],
    refused: "the argument `V` in `debian:$V` has no value",
  },
  {
    title: "an argument without a value is asked about even if a name is left",
    dockerfile: "FROM debian$SUFFIX:12\n",
    uses: ["debian:12"],
    refused: "the argument `SUFFIX`",
    apart: "it takes it for empty",
  },
  {
    title: "an argument without a value is asked about through another",
    dockerfile: "ARG A\nARG B=deb${A}ian\nFROM $B:12\n",
    uses: ["debian:12"],
    refused: "the argument `A`",
    apart: "it takes it for empty",
  },
  {
    title: "an argument without a value does not matter in a stage that is not needed",
    dockerfile: "FROM debian$SUFFIX:12 AS a\nFROM alpine:3\n",
    uses: ["alpine:3"],
  },
];

const REST: readonly Case[] = [
  {
    title: "a trigger is run by the stage that is built on its stage",
    dockerfile: "FROM one:1 AS base\nONBUILD COPY a.txt /\nFROM base\nCOPY --from=two:1 /etc/passwd /\n",
    uses: ["one:1", "two:1"],
  },
  {
    title: "a trigger names an image or a stage of where it is run",
    dockerfile:
      "FROM one:1 AS tools\nFROM two:1 AS base\nONBUILD COPY --from=tools /etc/passwd /\nONBUILD COPY --from=three:1 /etc/passwd /\nFROM base\n",
    uses: ["one:1", "two:1", "three:1"],
    apart: "triggers with --from came later",
  },
  {
    title: "a trigger is not run by the stage that has it",
    dockerfile: "FROM one:1\nONBUILD COPY --from=three:1 /etc/passwd /\n",
    uses: ["one:1"],
  },
  {
    title: "a trigger is not handed on twice",
    dockerfile: "FROM one:1 AS a\nONBUILD COPY missing /\nFROM one:1 AS b\nFROM b\nCOPY a.txt /\n",
    uses: ["one:1"],
  },
  {
    title: "a trigger cannot be a trigger",
    dockerfile: "FROM one:1\nONBUILD ONBUILD RUN true\n",
    uses: ["one:1"],
    refused: "ONBUILD cannot be followed by `ONBUILD`",
  },
  {
    title: "a here-document of a trigger is no instruction",
    dockerfile: "FROM one:1\nONBUILD RUN <<EOF\nFROM evil:1\nEOF\nCOPY a.txt /\n",
    uses: ["one:1"],
  },
  {
    title: "a named context stands in for an image, however its name is written",
    dockerfile: "FROM docker.io/library/one AS result\n" + COPY_ALL,
    contexts: { "one:latest": "docker-image://two:1" },
    uses: [],
  },
  {
    title: "a named context with a tag stands in for that tag only",
    dockerfile: "FROM one:1 AS a\nFROM one:2\nCOPY --from=a /etc/passwd /x\n",
    contexts: { "one:1": "docker-image://three:1" },
    uses: ["one:2"],
  },
  {
    title: "a named context stands in for a stage",
    dockerfile: "FROM one:1 AS tools\nFROM scratch\nCOPY --from=tools /etc/passwd /\n",
    contexts: { tools: "docker-image://two:1" },
    uses: [],
  },
  {
    title: "a named context is what COPY and mounts name",
    dockerfile: "FROM one:1\nCOPY --from=files /etc/passwd /\nRUN --mount=from=files,target=/m true\n",
    contexts: { files: "docker-image://two:1" },
    uses: ["one:1"],
  },
  {
    title: "scratch cannot be replaced",
    dockerfile: "FROM scratch\nCOPY a.txt /\n",
    contexts: { scratch: "docker-image://two:1" },
    uses: [],
  },
];

/** All cases. */
export const CASES: readonly Case[] = [...NAMES, ...MOUNTS, ...LINES, ...VARIABLES, ...REST];
