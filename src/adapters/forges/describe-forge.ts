import type { ForgeFacts } from "../../model/diagnosis.ts";
import { recognizeForge, type ForgeKind } from "./find-forge.ts";
import { findTokenVariable, TOKEN_VARIABLES } from "./find-token.ts";
import { openForge, type ForgeSettings } from "./open-forge.ts";

const NAMES: Readonly<Record<ForgeKind, string>> = { github: "GitHub", gitlab: "GitLab" };

/**
 * What there is for requests at the forge of a remote; `undefined` where it cannot be told which that is. A `UserError` where
 * the token may not open any. Changes nothing.
 */
export async function describeForge(settings: ForgeSettings): Promise<ForgeFacts | undefined> {
  const { url, environment, forge: asked } = settings;
  const { kind, address } = recognizeForge(url, environment, asked);
  if (kind === undefined || address === undefined) return undefined;
  const found = { project: `${address.project} on ${NAMES[kind]}`, variables: TOKEN_VARIABLES[kind] };
  const variable = findTokenVariable(kind, environment);
  if (variable === undefined) return { ...found, limits: [] };
  const forge = await openForge(settings);
  const { defaultBranch, notices, forbidden } = await forge.describe();
  const token = await forge.tryOpen(defaultBranch);
  const limits = [
    ...notices.map((what) => ({ what, remedy: "Use the token of an app, or of a person." })),
    ...forbidden.map(({ path, why, remedy }) => ({ what: `${why}, and ${path} may hold digests`, remedy })),
  ];
  return { ...found, variable, token, limits };
}
