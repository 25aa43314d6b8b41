// Stands in until the folder's first source file arrives.
