import type { ChangeRequest } from "../../model/request.ts";

/**
 * Opens a request. Where the forge says that the branch has one, another run was faster, or an answer was lost and the request
 * was made all the same: then it is that one.
 */
export async function openOnce(
  open: () => Promise<ChangeRequest>,
  isTaken: (error: unknown) => boolean,
  requestsOf: () => Promise<readonly ChangeRequest[]>,
): Promise<ChangeRequest> {
  try {
    return await open();
  } catch (error) {
    const present = isTaken(error) ? await requestsOf() : [];
    const request = present.find(({ state }) => state === "open");
    if (request === undefined) throw error;
    return request;
  }
}
