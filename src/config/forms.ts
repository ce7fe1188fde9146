/**
 * What values look like that functions read and not schemas, as JSON Schema: for the schema that editors use. It says less
 * than those functions do; what it says must be true.
 */
import { RULES, SEVERITIES } from "../model/violation.ts";

/** A form of JSON Schema. */
export type Form = Readonly<Record<string, unknown>>;

const TEXT: Form = { type: "string", minLength: 1 };

const WORDS: Form = { type: "array", items: { type: "string" } };

/** An object with these keys and no others. */
function objectOf(properties: Readonly<Record<string, Form>>, required: readonly string[]): Form {
  return { type: "object", properties, required, additionalProperties: false };
}

/** The forms, each by what it is the form of. */
export const FORMS = {
  text: TEXT,
  list: { minItems: 1, uniqueItems: true },
  dockerfile: { anyOf: [TEXT, objectOf({ command: { ...WORDS, minItems: 1 } }, ["command"])] },
  lint: {
    properties: Object.fromEntries(Object.keys(RULES).map((rule) => [rule, { enum: SEVERITIES }])),
    additionalProperties: false,
  },
  expression: { type: "string", format: "regex" },
  trailer: { anyOf: [TEXT, { type: "array", items: TEXT, minItems: 1, uniqueItems: true }] },
  context: { anyOf: [TEXT, objectOf({ image: TEXT, optional: { type: "boolean" } }, ["image"])] },
  secret: { anyOf: [objectOf({ file: TEXT }, ["file"]), objectOf({ env: TEXT }, ["env"])] },
  provenance: { enum: [true, false, "min", "max"] },
  bound: { type: "integer", minimum: 1 },
  test: {
    anyOf: [
      WORDS,
      objectOf(
        {
          command: WORDS,
          entrypoint: WORDS,
          network: { enum: ["none", "default", "host"] },
          timeout: { type: "number", exclusiveMinimum: 0 },
        },
        ["command"],
      ),
    ],
  },
} as const satisfies Readonly<Record<string, Form>>;
