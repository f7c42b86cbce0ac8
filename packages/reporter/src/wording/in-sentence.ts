/** A title as it reads inside of a sentence: "Cache that serves while S3 fails" keeps its S3. */
export const inSentence = (title: string): string => `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
