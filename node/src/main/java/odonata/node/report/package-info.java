/**
 * The report of a run as one HTML file, made of the dashboard's own charts. Not here: what is measured, and the JSON that is shown.
 */
package odonata.node.report;
