/** The name of a host alone, as a browser writes it: no scheme, no port, no path. */
export const HOST_NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
