// Everything that the GraphiQL page is made of, in one file: see README.md beside it.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import "graphiql/graphiql.css";

window.graphiqlBundle = { GraphiQL, createElement, createGraphiQLFetcher, createRoot };
