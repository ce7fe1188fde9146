/**
 * How long it takes to find the references of 8 MB, of the kinds that make a careless reader go back and forth. Run it by
 * `npm run bench`. Each should be well under a second but for those that are full of digests.
 */
import { createScanner } from "../src/references/scanner.ts";

const SIZE = 8_000_000;
const DIGEST = `sha256:${"a".repeat(64)}`;
const PIN = `\nrepository: r.example/a\ndigest: ${DIGEST}\nr.example/a@${DIGEST}\n`;
const PATHS = ["a.txt", "a.yaml", "a.json", "a.bzl", "a.tf"];

const FILLERS: Readonly<Record<string, string>> = {
  "name characters": "a",
  "@sha256:": "@sha256:",
  quotes: '"',
  "nested lists": "[",
  "nested maps": '{"a":',
  "nested list marks": "- ",
  templates: '"${',
  comments: "/*",
  markers: "manage-images: ignore ",
  newlines: "\n",
  "compose files": `  a:\n    image: r.example/a@${DIGEST}\n`,
  "Helm's values": `- repository: r.example/a\n  digest: ${DIGEST}\n`,
};

const images = { repositories: new Map([["a", "r.example/a"]]), dockerfiles: new Set<string>() };
const scanner = createScanner({ exclude: [], patterns: [] }, images);
console.log(`${"ms for 8 MB of".padEnd(20)}${PATHS.map((path) => path.padStart(8)).join("")}`);
for (const [name, filler] of Object.entries(FILLERS)) {
  const bytes = Buffer.from(filler.repeat(SIZE / filler.length) + PIN);
  const times = PATHS.map((path) => {
    const start = performance.now();
    scanner.scan(path, bytes);
    return (performance.now() - start).toFixed(0).padStart(8);
  });
  console.log(name.padEnd(20) + times.join(""));
}
