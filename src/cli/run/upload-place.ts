/** Where results documents go: the environment's results bucket, the folder of the local bundles, or nowhere. */
export const uploadPlaces = ['bucket', 'folder', 'none'] as const
export type UploadPlace = (typeof uploadPlaces)[number]
