import { expect, it } from "@jest/globals";
import { readDockerfile, type DockerfileInput } from "../../src/dockerfile/read-dockerfile.ts";
import { formatReference } from "../../src/model/reference.ts";

interface Case {
  readonly dockerfile: readonly string[];
  readonly base?: string;
  readonly labels: readonly (string | undefined)[];
  readonly input?: Partial<DockerfileInput>;
}

it.each<[string, Case]>([
  ["the image of the one stage", { dockerfile: ["FROM a:1"], base: "a:1", labels: [] }],
  ["none for scratch", { dockerfile: ["FROM scratch", "LABEL a=b"], labels: ["a"] }],
  [
    "the first of the stages that it is made on, with all their labels",
    {
      dockerfile: [
        "FROM a:1 AS one",
        "LABEL one=1",
        "FROM other",
        "LABEL other=1",
        "FROM one",
        "LABEL two=2",
      ],
      base: "a:1",
      labels: ["one", "two"],
    },
  ],
  [
    "that of the target",
    { dockerfile: ["FROM a AS one", "FROM b"], base: "a", labels: [], input: { target: "one" } },
  ],
  [
    "with its arguments filled in",
    { dockerfile: ["ARG BASE=a:1", "FROM $BASE"], base: "b:2", labels: [], input: { args: { BASE: "b:2" } } },
  ],
  [
    "not what files are copied from",
    { dockerfile: ["FROM a AS one", "LABEL a=b", "FROM b", "COPY --from=one /x /"], base: "b", labels: [] },
  ],
  [
    "labels however they are written",
    {
      dockerfile: ["FROM a", 'LABEL "a.b"="1 2" \'c\'=d \\', " e=", "label f value = g", "LABEL  h\ti"],
      base: "a",
      labels: ["a.b", "c", "e", "f", "h"],
    },
  ],
  [
    "labels with variables in their names",
    {
      dockerfile: ["FROM a", "ENV NS=org", "LABEL $NS.source=x", "LABEL ${UNKNOWN}.source=x"],
      base: "a",
      labels: ["org.source", undefined],
    },
  ],
  [
    "labels of triggers that its base brings along, and none of those that it hands on",
    {
      dockerfile: ["FROM a", "ONBUILD LABEL later=1"],
      base: "a",
      labels: ["brought"],
      input: { triggersOf: () => [{ text: "LABEL brought=1" }] },
    },
  ],
  [
    "nothing of a stage that a named context stands in for",
    {
      dockerfile: ["FROM a AS one", "LABEL a=b", "FROM one", "LABEL c=d"],
      labels: ["c"],
      input: { contexts: ["one"] },
    },
  ],
  [
    "nothing that can be known of a foreign language",
    { dockerfile: ["# syntax=acme/other"], labels: [undefined] },
  ],
])("a Dockerfile's lineage: %s", (_, { dockerfile, base, labels, input }) => {
  const bytes = Buffer.from(`${dockerfile.join("\n")}\n`);
  const platform = "linux/amd64";
  const { lineage } = readDockerfile({ file: "D", bytes, args: {}, platform, contexts: [], ...input });
  expect({
    base: lineage.base === undefined ? undefined : formatReference(lineage.base),
    labels: lineage.labels,
  }).toEqual({ base, labels });
});
