import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

/** GitHub's own description of what its REST API takes and answers, as far as this program uses it. */
export interface DescribedApi {
  /** The operation that a request is, and the parts of its path. */
  readonly find: (method: string, path: string) => Operation | undefined;
  /** A whole answer as the description has it as an example. */
  readonly example: (name: string) => Readonly<Record<string, unknown>>;
}

/** One operation of the API. */
export interface Operation {
  /** `POST /repos/{owner}/{repo}/pulls`. */
  readonly name: string;
  readonly parts: Readonly<Record<string, string>>;
  /** What of a request is not as described. */
  readonly checkRequest: (query: URLSearchParams, body: unknown) => readonly string[];
  /** What of an answer is not as described. */
  readonly checkAnswer: (status: number, body: unknown) => readonly string[];
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}
interface Content {
  readonly "application/json"?: { readonly schema: Schema };
}
interface Description {
  readonly parameters?: readonly { readonly $ref?: string; readonly in?: string; readonly name?: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}
interface Extract {
  readonly operations: Readonly<Record<string, Description>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** Reads the extract that scripts/describe-github-api.ts makes. */
export function readDescribedApi(): DescribedApi {
  const file = new URL("github-api.json", import.meta.url);
  const { operations, components } = JSON.parse(readFileSync(file, "utf8")) as Extract;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, code: { optimize: false } });
  ajv.addSchema(absolute(nested(components)) as object, "api");
  const compiled = new Map<Schema | string, ValidateFunction>();
  const check = (schema: Schema, value: unknown, what: string): readonly string[] => {
    const key = schema.$ref ?? schema;
    const validate = compiled.get(key) ?? ajv.compile(absolute(schema) as Schema);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message ?? ""}`);
  };
  const resolve = <Value extends { readonly $ref?: string }>(value: Value): Value =>
    value.$ref === undefined ? value : (components[value.$ref] as Value);

  const operationOf = (name: string, parts: Operation["parts"]): Operation => {
    const { parameters = [], requestBody, responses } = operations[name] ?? { responses: {} };
    return {
      name,
      parts,
      checkRequest: (query, body) => {
        const known = parameters.map(resolve).filter((each) => each.in === "query");
        const unknown = [...query.keys()].filter((key) => !known.some((each) => each.name === key));
        const schema = requestBody?.content["application/json"]?.schema;
        const allowed = Object.keys(resolve(schema ?? {}).properties ?? {});
        const extra =
          allowed.length === 0 ? [] : Object.keys(body ?? {}).filter((key) => !allowed.includes(key));
        return [
          ...unknown.map((key) => `${name}: there is no parameter ${key}`),
          ...extra.map((key) => `${name}: the body has no ${key}`),
          ...(schema === undefined ? [] : check(schema, body, `${name}: body`)),
        ];
      },
      checkAnswer: (status, body) => {
        const response = responses[String(status)];
        // What every operation may answer is not described for each.
        if (response === undefined)
          return status >= 500 || [401, 403, 404, 429].includes(status)
            ? []
            : [`${name}: no answer is ${status}`];
        const schema = resolve(response).content?.["application/json"]?.schema;
        return schema === undefined ? [] : check(schema, body, `${name}: answer ${status}`);
      },
    };
  };
  return {
    find: (method, path) => {
      for (const name of Object.keys(operations)) {
        const [verb, template = ""] = name.split(" ");
        const pattern = template.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
        const match = verb === method ? new RegExp(`^${pattern}$`).exec(path) : null;
        if (match !== null) return operationOf(name, { ...match.groups });
      }
      return undefined;
    },
    example: (name) => {
      const found = components[`#/components/examples/${name}`] as { readonly value: unknown } | undefined;
      if (found === undefined) throw new Error(`there is no example ${name}`);
      return found.value as Readonly<Record<string, unknown>>;
    },
  };
}

/** The components in the places that references name. */
function nested(components: Readonly<Record<string, unknown>>): object {
  const tree: Record<string, Record<string, unknown>> = {};
  for (const [reference, value] of Object.entries(components)) {
    const [kind = "", name = ""] = reference.replace("#/components/", "").split("/");
    tree[kind] = { ...tree[kind], [name]: value };
  }
  return { components: tree };
}

/** As JSON Schema has it, where `nullable` needs a type: with references into the document of the components. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== "object" || value === null) return value;
  if ("nullable" in value && typeof value.nullable === "boolean") {
    const { nullable, ...rest } = value;
    return nullable ? { anyOf: [{ type: "null" }, absolute(rest)] } : absolute(rest);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === "$ref" && typeof each === "string" ? `api${each}` : absolute(each),
    ]),
  );
}
