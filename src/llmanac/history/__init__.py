"""Two catalogs in, changes out; which snapshot was current when. Pure: no storage, no clock."""
