/** The largest frame a page may send: a stroke, an edit, a part of a dropped file. */
export const maxFrameBytes = 16 * 2 ** 20;

/** The largest part of a dropped file in one `host.upload`. */
export const maxUploadPartBytes = 8 * 2 ** 20;
