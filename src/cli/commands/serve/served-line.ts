/** A line of a shell that starts an endpoint, and waits until it answers: for examples. */
export const SERVED =
  "ssebox serve --temporary --port 0 --quiet --log none > url & until test -s url; do sleep 0.1; done; PORT=$(grep -o '[0-9]*$' url)";
