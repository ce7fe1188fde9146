/** In the place of `ssh2`, of which dockerode takes this when it is loaded. */
export const Client = undefined;
