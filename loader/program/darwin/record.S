/* The packer puts the record here and the runtime behind it: packer/executable/macho/compact.h.
   A segment of its own, which can grow. */
    .section __INGOT,__frame
    .globl _ingot_compact
    .p2align 6
_ingot_compact:
    .space 112
