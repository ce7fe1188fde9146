import cliTruncate from "cli-truncate";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { createColours } from "../../src/reporters/colours.ts";
import type { Display } from "../../src/reporters/display.ts";
import { drawFrame } from "../../src/reporters/frame.ts";

const anyText = fc.string({ unit: "binary", maxLength: 200 });

const displays: fc.Arbitrary<Display> = fc.record({
  stage: fc.constantFrom("planning", "working", "interrupted", "rewriting", "done"),
  waiting: fc.uniqueArray(anyText).map((names) => new Set(names)),
  running: fc
    .array(
      fc.tuple(
        anyText,
        fc.record({
          phase: fc.constantFrom("building", "pushing", "verifying"),
          step: anyText,
          since: fc.double({ min: 0, max: 1e6, noNaN: true }),
        }),
      ),
      { maxLength: 40 },
    )
    .map((running) => new Map(running)),
  outcomes: fc
    .array(fc.tuple(anyText, fc.constantFrom("built", "reused", "failed", "skipped", "aborted")))
    .map((outcomes) => new Map(outcomes)),
});

it("is never wider or higher than it may be, and holds no control sequence but colours", () => {
  const sizes = { columns: fc.integer({ min: 0, max: 200 }), rows: fc.integer({ min: 0, max: 50 }) };
  fc.assert(
    fc.property(displays, fc.record(sizes), fc.boolean(), (display, size, colour) => {
      const frame = drawFrame(display, 1e6, { ...size, colours: createColours(colour) });
      expect(frame.length).toBeLessThanOrEqual(size.rows);
      for (const line of frame) {
        expect(cliTruncate(line, size.columns)).toBe(line);
        expect(line.replaceAll(/\u001B\[\d+m/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }
    }),
  );
});
