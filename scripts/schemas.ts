/**
 * JSON schemas of what people and the program write, for editors: the configuration's from the schemas that it is read
 * with, described by the comments of its types.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import * as z from "zod";
import { IMAGE_VALUES, TOP_VALUES } from "../src/config/values.ts";
import { PROJECT } from "./sample-repository.ts";

/** A schema, or a part of one. */
export interface Schema {
  description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const DEFINITION = join(PROJECT, "src/config/define-config.ts");

/** As draft 7, which editors know best; of what is written, not of what is made of it. */
const FORM = { io: "input", target: "draft-7", unrepresentable: "any", override } as const;

/** The schema of a configuration in JSON. */
export function configurationSchema(): Schema {
  const image = optional(IMAGE_VALUES);
  const whole = optional(TOP_VALUES).extend({ images: z.record(z.string(), image) });
  const schema = z.toJSONSchema(whole, FORM) as Schema;
  describe(schema, "Configuration", readInterfaces());
  return { ...schema, description: "images.config.json of manage-images" };
}

/** The schema of a lockfile, whose readers pass over keys that they do not know. */
export function lockfileSchema(): Schema {
  const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/);
  const texts = z.record(z.string(), z.string());
  const entry = z.looseObject({
    repository: z.string().describe("Where the image is, without tag and digest"),
    digest: hash.describe("The digest that is known to be good"),
    platforms: z.record(z.string(), hash).optional().describe("The digest of each platform's image"),
    fingerprint: hash.optional().describe("The hash of all that it was built from"),
    inputs: z
      .looseObject({
        dockerfile: z.string(),
        options: texts,
        args: texts,
        dependencies: texts,
        context: texts,
      })
      .optional()
      .describe("The same in parts, to say what has changed"),
  });
  const lockfile = z.looseObject({
    $schema: z.string().optional(),
    version: z.literal(1),
    images: z.record(z.string(), entry).describe("By name"),
  });
  const schema = z.toJSONSchema(lockfile, FORM) as Schema;
  return { ...schema, description: "images.lock.json of manage-images" };
}

/** Leaves out what says nothing: that keys are text, and of a choice what only one of its forms is. */
function override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.propertyNames;
  if (jsonSchema.anyOf === undefined) return;
  delete jsonSchema.type;
  delete jsonSchema.items;
  delete jsonSchema.minItems;
  delete jsonSchema.uniqueItems;
}

function optional(values: Readonly<Record<string, z.ZodType>>) {
  return z.strictObject(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.optional()])),
  );
}

/** The interfaces of the definition, by name. */
function readInterfaces(): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const text = readFileSync(DEFINITION, "utf8");
  const source = ts.createSourceFile(DEFINITION, text, ts.ScriptTarget.ES2023, true);
  const found = source.statements.filter(ts.isInterfaceDeclaration);
  return new Map(found.map((each) => [each.name.text, each]));
}

/** Puts the comments of an interface's keys, and of the interfaces that these are of, on their places in a schema. */
function describe(
  schema: Schema,
  name: string,
  interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>,
): void {
  for (const [key, { comment, type }] of readMembers(name, interfaces)) {
    const place = schema.properties?.[key];
    if (place === undefined) continue;
    if (comment !== "") place.description = comment;
    const inner = [...interfaces.keys()].find((each) => new RegExp(`\\b${each}\\b`).test(type));
    const within = inner === undefined ? undefined : findObject(place);
    if (inner !== undefined && within !== undefined) describe(within, inner, interfaces);
  }
}

interface Member {
  readonly comment: string;
  /** As it is written. */
  readonly type: string;
}

/** The keys of an interface, with those that it picks from others. */
function readMembers(
  name: string,
  interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>,
): ReadonlyMap<string, Member> {
  const declared = interfaces.get(name);
  const above = declared?.heritageClauses?.map((clause) => clause.getText()).join(" ") ?? "";
  const inherited = [...interfaces.keys()].filter((each) => new RegExp(`\\b${each}\\b`).test(above));
  const own = [...(declared?.members ?? [])].filter(ts.isPropertySignature).map((member) => {
    const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
    const text = ts.getTextOfJSDocComment(comment?.comment) ?? "";
    const type = member.type?.getText() ?? "";
    return [member.name.getText(), { comment: text.replaceAll("\n", " "), type }] as const;
  });
  return new Map([...inherited.flatMap((each) => [...readMembers(each, interfaces)]), ...own]);
}

/** The object that a place holds: itself, or what a record, a list or a choice has. */
function findObject(place: Schema): Schema | undefined {
  if (place.properties !== undefined) return place;
  const inner = [place.additionalProperties, place.items, ...(place.anyOf ?? [])];
  return inner
    .filter((each) => typeof each === "object")
    .map(findObject)
    .find((each) => each !== undefined);
}
