import { expect, it } from "@jest/globals";
import { parseCache } from "../../../src/adapters/buildkit/cache-options.ts";

it.each([
  [
    "type=registry,ref=r.example/c:1,mode=max",
    { Type: "registry", Attrs: { ref: "r.example/c:1", mode: "max" } },
  ],
  ["type=inline", { Type: "inline", Attrs: {} }],
  ["r.example/c:1", { Type: "registry", Attrs: { ref: "r.example/c:1" } }],
  ["ref=r.example/c?a=b,TYPE=registry", { Type: "registry", Attrs: { ref: "r.example/c?a=b" } }],
  ["type=gha,scope=x", undefined],
  ["type=local,dest=/tmp/x", undefined],
  ["type=s3,bucket=b", undefined],
  ["mode=max", undefined],
  ['type=registry,"ref=a,b"', undefined],
])("the cache %s is %j", (text, expected) => {
  expect(parseCache(text)).toEqual(expected);
});
