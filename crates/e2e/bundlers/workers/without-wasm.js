import { classify } from "aurous-web";

export default {
  fetch: () => classify("upl_1").then(Response.json, (error) => new Response(error.message)),
};
